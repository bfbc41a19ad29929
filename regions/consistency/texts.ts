import type { Finding } from '../fault.ts';
import type { Sections } from '../sections.ts';
import { readTexts, type Texts, textsFile } from '../texts.ts';

/**
 * Edge case 46: each language of the region has all texts that the platform mails, with every fact in it. What
 * is wrong inside a language's file is told with its place there.
 */
export function mailTexts({ languages = [] }: Sections): Finding[] {
  return languages.flatMap((language, i): Finding[] => {
    const read = readTexts(language);
    if (read === undefined) return [untold(language, ['languages', i])];
    return read.faults.map(({ path: inside, problem, remedy, ...place }) => ({
      path: ['languages', i],
      elsewhere: { ...place, path: inside },
      problem,
      remedy,
    }));
  });
}

function untold(language: string, path: Finding['path']): Finding {
  return {
    path,
    problem: `is "${language}", a language without texts for mails`,
    remedy: `translate ${textsFile('en')} to ${textsFile(language)}, or take it out`,
  };
}

interface Written {
  readonly language: string;
  readonly version: string;
  /** The language's place among the region's. */
  readonly i: number;
}

/** A proof of consent names one version of the text, whatever language it was read in. */
export function consentVersions({ languages = [] }: Sections): Finding[] {
  return differingVersions(
    languages.flatMap((language, i) => {
      const texts = readTexts(language)?.texts;
      return texts === undefined ? [] : [{ language, i, version: texts.consent.version }];
    }),
  );
}

/** Those of the languages whose version of the text is not the first one's. */
export function differingVersions([first, ...others]: readonly Written[]): Finding[] {
  return others
    .filter(({ version }) => version !== first?.version)
    .map(({ language, i, version }) => ({
      path: ['languages', i],
      problem: `has version "${version}" of what guardians consent to, "${first?.language}" has "${first?.version}"`,
      remedy: `translate the newer text, and write its version in ${textsFile(language)} too`,
    }));
}

/** Characters of the subject of a mail that Amazon Cognito sends. */
const longestSubject = 140;

/** Cognito sends one mail in all languages, so that all their subjects stand in one. */
export function loginSubjects({ languages = [], name = {} }: Sections): Finding[] {
  const written = languages.flatMap((language) => readTexts(language)?.texts ?? []);
  if (written.length < languages.length) return [];
  const subject = (mail: keyof Texts['login']) =>
    languages
      .map((language, i) =>
        (written[i]?.login[mail].subject ?? '').replaceAll('{{region}}', name[language] ?? ''),
      )
      .join(' · ');
  return (['verification', 'invitation'] as const)
    .map((mail) => ({ mail, excess: subject(mail).length - longestSubject }))
    .filter(({ excess }) => excess > 0)
    .map(({ mail, excess }) => ({
      path: ['languages'],
      problem: `make the subject of the mail "${mail}" ${excess} characters too long, all together`,
      remedy: 'shorten the name of the region, or the subjects in the texts of these languages',
    }));
}
