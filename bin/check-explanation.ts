import type { Temporal } from 'temporal-polyfill';
import {
  dayIn,
  hasService,
  intakeAt,
  mentoringOn,
  partnerStateOn,
  policyOn,
  quotaOn,
} from '../regions/calendar.ts';
import {
  type AreaId,
  type Group,
  type Intake,
  type Partner,
  type Policy,
  type Region,
  services,
} from '../regions/schema.ts';
import { providerTable } from './check-providers.ts';
import { inEnglish } from './in-english.ts';
import { plainTable } from './plain-table.ts';

/** A part of the explanation: a heading and what stands below it. */
export interface Part {
  readonly heading: string;
  readonly body: string;
}

/**
 * A region file in plain words, as tables.
 *
 * @param now - the moment of which it says what is in force
 */
export function explainRegion(region: Region, now: Temporal.Instant): Part[] {
  const today = dayIn(region, now);
  const policy = policyOn(region, today);
  return [
    { heading: `${inEnglish(region.name)}, on ${today}`, body: deploymentTable(region) },
    { heading: 'Areas', body: areaTable(region, today) },
    { heading: 'Partners', body: partnerTable(region, today) },
    { heading: 'Policies', body: policyTable(region, policy) },
    { heading: `Groups of ${policy.version}`, body: groupTable(policy) },
    { heading: 'Intakes', body: intakeTable(region, now) },
    { heading: 'Providers', body: providerTable(region, today) },
    { heading: `Deadlines of ${policy.version}`, body: deadlineTable(policy) },
    { heading: 'Mentoring', body: mentoringTable(region, today) },
  ];
}

function deploymentTable({ id, timeZone, languages, deployment }: Region): string {
  const { awsRegion, mail, firstAdministrator, origins, throttle } = deployment;
  const rows = [
    ['id', `${id}, so the stack is ladder-${id}`],
    ['time zone', timeZone],
    ['languages', languages.join(', ')],
    ['AWS region', awsRegion],
    [
      'mail',
      mail.via === 'ses' ? `${mail.from}, by Amazon SES` : "Cognito's own, for a trial only",
    ],
    ['first administrator', firstAdministrator],
    ['web pages', origins.join(', ') || 'none may call the API'],
    ['throttle', `${throttle.requestsPerSecond} requests a second, ${throttle.burst} at once`],
  ];
  return plainTable(['What', 'How'], rows);
}

function areaTable(region: Region, today: Temporal.PlainDate): string {
  const rows = region.areas.map(({ id, name }) => [
    id,
    inEnglish(name),
    quotaIn(region, id, today),
    servicesIn(region, id),
  ]);
  return plainTable(['Area', 'Name', 'Quota', 'Beside content'], rows, [2]);
}

function offered({ mentoring = [] }: Region, service: (typeof services)[number]): boolean {
  switch (service) {
    case 'mentoring':
      return mentoring.length > 0;
    case 'consulting':
      return mentoring.some(({ consulting }) => consulting !== undefined);
  }
}

function servicesIn(region: Region, areaId: AreaId): string {
  const has = services.filter((one) => offered(region, one) && hasService(region, areaId, one));
  return has.join(', ') || '–';
}

/** What an area of a partner that does not take applications has is none. */
function quotaIn(region: Region, areaId: AreaId, today: Temporal.PlainDate): string {
  return quotaOn(region, areaId, today)?.toString() ?? 'unlimited';
}

function partnerTable(region: Region, today: Temporal.PlainDate): string {
  const { partners = [] } = region;
  if (partners.length === 0) return 'None.';
  const rows = partners.map((partner) => [
    partner.id,
    inEnglish(partner.name),
    partnerStateOn(partner, today),
    nextState(partner, today),
    partner.areas.join(', '),
    partner.areas.map((id) => quotaIn(region, id, today)).join(', '),
    partner.services.filter((one) => offered(region, one)).join(', ') || '–',
  ]);
  const head = ['Partner', 'Name', 'Today', 'Next', 'Areas', 'Quotas', 'Beside content'];
  return plainTable(head, rows);
}

/** What a partner comes to next, and when. */
function nextState({ from }: Partner, today: Temporal.PlainDate): string {
  const states = [
    ['recruiting', from.recruiting],
    ['live', from.live],
    ['ended', from.ended],
  ] as const;
  const next = states.find(([, day]) => day !== undefined && day > today.toString());
  return next === undefined ? '–' : `${next[0]} from ${next[1]}`;
}

function policyTable(region: Region, inForce: Policy): string {
  const rows = region.policies.map((policy) => [
    policy === inForce ? `${policy.version} *` : policy.version,
    policy.from,
    years(policy.minimumAge, policy.maximumAge),
    String(policy.consentAge),
    String(policy.majorityAge),
    String(policy.approvalMonths),
    Object.entries(policy.places)
      .map(([category, places]) => `${places} ${category}`)
      .join(', '),
    String(policy.switches),
  ]);
  const head = [
    'Policy',
    'From',
    'Ages',
    'Own consent at',
    'Of age at',
    'Months',
    'Places',
    'Switches',
  ];
  return `${plainTable(head, rows, [3, 4, 5, 7])}\n* in force`;
}

function years(from: number, until: number | undefined): string {
  return `${from}–${until ?? ''}`;
}

function groupTable({ groups, minimumAge, maximumAge }: Policy): string {
  const rows = groups.map((group: Group) => [
    group.id,
    group.confirmedBy,
    group.stages.join(', '),
    years(group.ages?.from ?? minimumAge, group.ages?.until ?? maximumAge),
    group.areas?.join(', ') ?? 'all areas',
    group.incomeBands?.join(', ') ?? 'any income',
    group.evidence?.map(({ id }) => id).join(', ') ?? '–',
  ]);
  const head = ['Group', 'Confirmed by', 'Stages', 'Ages', 'Areas', 'Income', 'Papers'];
  return plainTable(head, rows);
}

function intakeTable(region: Region, now: Temporal.Instant): string {
  const local = now.toZonedDateTimeISO(region.timeZone).toPlainDateTime().toString();
  const rows = region.intakes.map((intake) => [
    intake.opens.replace('T', ' '),
    intake.closes?.replace('T', ' ') ?? 'open-ended',
    intake.areas?.join(', ') ?? 'all areas',
    intake.groups?.join(', ') ?? 'all groups',
    standing(intake, region, now, local),
  ]);
  return plainTable(['Opens', 'Closes', 'Areas', 'Groups', 'Now'], rows);
}

function standing(intake: Intake, region: Region, now: Temporal.Instant, local: string): string {
  const open = intakeAt({ ...region, intakes: [intake] }, now) !== undefined;
  if (open) return 'open';
  return intake.opens > local ? 'to come' : 'over';
}

function deadlineTable({ deadlines }: Policy): string {
  const rows = Object.entries(deadlines).map(([name, days]) => [name, String(days)]);
  return plainTable(['For', 'Days'], rows, [1]);
}

function mentoringTable(region: Region, today: Temporal.PlainDate): string {
  const rules = mentoringOn(region, today);
  if (rules === undefined) return 'None.';
  const { version, sessions, sessionMinutes, weeks, extension, mentees, consulting } = rules;
  const extended =
    extension === undefined ? 'none' : `${extension.times} × ${extension.sessions} sessions`;
  const rows = [
    ['rules', version],
    ['sessions', `${sessions} of ${sessionMinutes} minutes in ${weeks} weeks`],
    ['extension', extended],
    ['learners of a mentor', `${mentees} at most`],
    ['consulting', consulting === undefined ? 'none' : `${consulting.minutes} minutes`],
  ];
  return plainTable(['What', 'How'], rows);
}
