import { Finding } from '../../functions/eligibility/contract.ts';
import { verdictOf } from '../../functions/eligibility/policy.rules.ts';
import type { Group, MentoringPolicy, Policy, Region, Seats } from '../../regions/schema.ts';
import { samplePeople } from '../eligibility/sample-people.ts';

type Row = readonly (string | number)[];

function table(...[head = [], ...rows]: Row[]): string {
  const line = (cells: Row) => `| ${cells.join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

/** What each rule asks. A rule that the contract gets and this table has not does not compile. */
const questions: Readonly<Record<Finding['rule'], string>> = {
  'policy-in-force': 'Does the policy apply on the day of the decision?',
  'intake-open': 'Was an intake for the group and the area open when the application was made?',
  'partner-recruiting': 'Does the partner that the area belongs to, if any, take learners then?',
  'minimum-age': 'Is the learner at least `minimumAge`?',
  'maximum-age': 'Is the learner at most `maximumAge`?',
  'group-ages': 'Is the learner within `ages` of the group?',
  'stage-in-group': 'Is the learner at one of the `stages` of the group?',
  residence:
    'Does the learner live in one of the `areas` of the group, and does the partner there take it?',
  consent: 'Below `consentAge`: has a guardian consented?',
  'income-band': 'Is the income in one of the `incomeBands` of the group?',
  evidence: 'Are all papers of `evidence` there and valid? Not asked of whom the registry confirms',
  'registry-confirms-group': 'Does the registry confirm the group?',
  'officer-judged': 'Has an officer confirmed the group, or decided in place of the registry?',
};

export function rulesTable(): string {
  return table(
    ['Rule', 'Asks', 'Not met'],
    ...Finding.shape.rule.options.map((rule) => {
      const open = verdictOf([{ rule, met: false, explanation: '' }]) === 'open';
      return [`\`${rule}\``, questions[rule], open ? 'waits' : 'rejected'];
    }),
  );
}

const agesOf = ({ minimumAge, maximumAge }: Policy, { ages }: Group) =>
  `${ages?.from ?? minimumAge}–${ages?.until ?? maximumAge ?? ''}`;

const evidenceOf = ({ evidence = [] }: Group) =>
  evidence
    .map(({ id, validMonths }) => `${id} (${validMonths === undefined ? 'for good' : validMonths})`)
    .join(', ') || '–';

/** Every group of every policy of a region. */
export function groupsTable({ policies, areas }: Region): string {
  return table(
    ['From', 'Group', 'Confirmed by', 'Stages', 'Ages', 'Areas', 'Income bands', 'Papers (months)'],
    ...policies.flatMap((policy) =>
      policy.groups.map((group) => [
        policy.from,
        group.id,
        group.confirmedBy,
        group.stages.join(', '),
        agesOf(policy, group),
        group.areas === undefined ? 'all' : `${group.areas.length} of ${areas.length}`,
        group.incomeBands?.join(', ') ?? 'any',
        evidenceOf(group),
      ]),
    ),
  );
}

/** How many a quota or a provider has for an area. */
function seatsIn(seats: Exclude<Seats, 'unlimited'>, area: Region['areas'][number]): number {
  return seats.areas?.[area.id] ?? seats.perArea;
}

/** The quotas of a region's newest policy, with their sum. */
export function quotaTable({ areas, policies }: Region): string {
  const quota = policies.at(-1)?.quota;
  if (quota === undefined || quota === 'unlimited') throw new Error('this region has a quota');
  const counts = areas.map((area) => seatsIn(quota, area));
  const sum = counts.reduce((all, count) => all + count, 0);
  return table(['Area', 'Places in the quota'], ...areas.map(({ id }, i) => [id, counts[i] ?? 0]), [
    'together',
    sum.toLocaleString('en'),
  ]);
}

/** The deadlines of the newest policies, and what else they say with a number. */
export function deadlinesTable(...regions: readonly Region[]): string {
  const newest = regions.map(({ policies }) => policies.at(-1));
  const keys = Object.keys(newest[0]?.deadlines ?? {});
  const row = (name: string, of: (policy: Policy) => string | number) => [
    `\`${name}\``,
    ...newest.map((policy) => (policy === undefined ? '' : of(policy))),
  ];
  return table(
    ['Newest policy', ...regions.map(({ name }) => name['en'] ?? '')],
    ...keys.map((key) =>
      row(`deadlines.${key}`, ({ deadlines }) => new Map(Object.entries(deadlines)).get(key) ?? ''),
    ),
    row('consentAge', ({ consentAge }) => consentAge),
    row('majorityAge', ({ majorityAge }) => majorityAge),
    row('whenTooOld', ({ whenTooOld }) => whenTooOld ?? '–'),
    row('approvalMonths', ({ approvalMonths }) => approvalMonths),
    row('switches', ({ switches }) => switches),
    row('places', ({ places }) =>
      Object.entries(places)
        .map(([category, count]) => `${count} ${category}`)
        .join(', '),
    ),
  );
}

/** The newest rules of mentoring, as far as they are numbers and lists. */
export function mentoringTable(...regions: readonly Region[]): string {
  const newest = regions.map(({ mentoring }) => mentoring?.at(-1));
  const row = (name: string, of: (policy: MentoringPolicy) => string | number | undefined) => [
    `\`${name}\``,
    ...newest.map((policy) => (policy === undefined ? '–' : (of(policy) ?? '–'))),
  ];
  const deadlines = Object.keys(newest[0]?.deadlines ?? {});
  return table(
    ['Newest rules of mentoring', ...regions.map(({ name }) => name['en'] ?? '')],
    row('sessions', ({ sessions }) => sessions),
    row('sessionMinutes', ({ sessionMinutes }) => sessionMinutes),
    row('weeks', ({ weeks }) => weeks),
    row('usesUp', ({ usesUp }) => usesUp.join(', ')),
    row('cancelHours', ({ cancelHours }) => cancelHours),
    row('extension', ({ extension }) => listed(extension)),
    row('mentees', ({ mentees }) => mentees),
    row('evidence', ({ evidence }) => evidence?.map(({ id }) => id).join(', ')),
    row('stipend', ({ stipend }) => stipend && `${stipend.amount} ${stipend.currency}`),
    row('consulting', ({ consulting }) => listed(consulting)),
    row('rounds', ({ rounds }) => rounds && `${rounds.day} ${rounds.at}`),
    ...deadlines.map((key) =>
      row(`deadlines.${key}`, (policy) => new Map(Object.entries(policy.deadlines)).get(key)),
    ),
  );
}

/** Numbers with their keys: "2 times, 8 sessions". */
const listed = (numbers: Readonly<Record<string, number>> | undefined) =>
  numbers &&
  Object.entries(numbers)
    .map(([key, number]) => `${number} ${key}`)
    .join(', ');

export function peopleTable(): string {
  return table(
    ['Who', 'What about them', 'Stage', 'Lives in the'],
    ...samplePeople.map(({ id, what, stage, lives }) => [id, what, stage, `${lives} area`]),
  );
}
