import { ageBounds, renewals } from './consistency/ages.ts';
import {
  currencyOfPrices,
  lowWater,
  pressedProviders,
  priceDays,
  priceOrder,
} from './consistency/contracts.ts';
import { coverage } from './consistency/coverage.ts';
import { contractDays, intakeLengths, intakeOverlaps } from './consistency/dates.ts';
import { certificateRegion, domainProof, firewallDomain } from './consistency/edge.ts';
import { incomeBands } from './consistency/income.ts';
import { consultingRules, feedbackDays } from './consistency/mentoring.ts';
import { queueNames, regionName } from './consistency/names.ts';
import {
  partnerDays,
  partnerGroups,
  partnerQuotas,
  partnerServices,
  partnersOfAreas,
} from './consistency/partners.ts';
import { knownAreas, knownGroups, knownIncomeBands } from './consistency/references.ts';
import { consentVersions, loginSubjects, mailTexts } from './consistency/texts.ts';
import { identities, repetitions } from './consistency/uniqueness.ts';
import type { Finding, RegionPath } from './fault.ts';
import type { Group, Language, Text } from './schema.ts';
import type { Sections } from './sections.ts';

/**
 * What no schema of single values can see: parts of a region that contradict each other. Rules whose
 * parts are missing are passed over, so that one unreadable part hides as little as possible.
 */
export function inconsistencies(region: Sections): Finding[] {
  return rules.flatMap((rule) => rule(region));
}

const rules: readonly ((region: Sections) => Finding[])[] = [
  translations,
  mailTexts,
  consentVersions,
  loginSubjects,
  identities,
  repetitions,
  queueNames,
  regionName,
  mailDomain,
  domainProof,
  certificateRegion,
  firewallDomain,
  contractDays,
  priceOrder,
  priceDays,
  currencyOfPrices,
  pressedProviders,
  lowWater,
  intakeLengths,
  intakeOverlaps,
  knownAreas,
  knownIncomeBands,
  knownGroups,
  incomeBands,
  ageBounds,
  renewals,
  coverage,
  feedbackDays,
  consultingRules,
  partnerDays,
  partnersOfAreas,
  partnerQuotas,
  partnerServices,
  partnerGroups,
];

/** Edge case 46: no text may lack one of the region's languages. */
function translations({ languages = [], ...region }: Sections): Finding[] {
  return textsOf(region).flatMap(([path, text]) =>
    [...new Set(languages)]
      .filter((language) => text[language] === undefined)
      .map((language) => untranslated(path, language)),
  );
}

function untranslated(path: RegionPath, language: Language): Finding {
  return {
    path: [...path, language],
    problem: 'is missing',
    remedy: `add the text in this language, or take "${language}" out of "languages"`,
  };
}

function textsOf(region: Sections): [RegionPath, Text][] {
  const named = (items: readonly { name: Text }[] | undefined, ...path: RegionPath) =>
    (items ?? []).map((item, i): [RegionPath, Text] => [[...path, i, 'name'], item.name]);
  const descriptions = (region.providers ?? []).map((provider, i): [RegionPath, Text] => [
    ['providers', i, 'description'],
    provider.description,
  ]);
  return [
    ...(region.name === undefined ? [] : [[['name'], region.name] satisfies [RegionPath, Text]]),
    ...named(region.areas, 'areas'),
    ...named(region.incomeBands, 'incomeBands'),
    ...named(region.partners, 'partners'),
    ...(region.policies ?? []).flatMap(({ groups }, i) => [
      ...named(groups, 'policies', i, 'groups'),
      ...groups.flatMap(({ evidence }: Group, j) =>
        named(evidence, 'policies', i, 'groups', j, 'evidence'),
      ),
    ]),
    ...named(region.providers, 'providers'),
    ...(region.mentoring ?? []).flatMap(({ evidence }, i) =>
      named(evidence, 'mentoring', i, 'evidence'),
    ),
    ...descriptions,
  ];
}

/** The CDK takes the sender only if its host is the verified domain, letter by letter: no subdomain, no other case. */
function mailDomain({ deployment }: Sections): Finding[] {
  if (deployment?.mail.via !== 'ses') return [];
  const { from, domain } = deployment.mail;
  if (from.slice(from.lastIndexOf('@') + 1) === domain) return [];
  return [
    {
      path: ['deployment', 'mail', 'from'],
      problem: `does not end in "@${domain}"`,
      remedy:
        'write an address of exactly that domain, in the same upper and lower case, or correct "domain"',
    },
  ];
}
