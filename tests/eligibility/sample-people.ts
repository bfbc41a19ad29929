import type { Temporal } from 'temporal-polyfill';
import type { Applicant, Facts } from '../../functions/eligibility/policy.rules.ts';
import { partnerOf } from '../../regions/calendar.ts';
import {
  EvidenceId,
  GroupId,
  IncomeBandId,
  type Region,
  type Stage,
} from '../../regions/schema.ts';

/** Someone made up, by whom a policy can be read: `samples.test.ts` applies each of them to every group. */
export interface SamplePerson {
  readonly id: string;
  /** What makes this person worth a line, for the table in docs/policies.md. */
  readonly what: string;
  /** The age that they turn, and in how many days counted from the day of the application. */
  readonly turns: number;
  readonly inDays: number;
  readonly stage: Stage;
  /** Which of the region's own areas they live in. */
  readonly lives: 'first' | 'last';
  /** The groups that the welfare registry confirms, and the income band if it tells one; `silent` does not answer. */
  readonly registry: { readonly groups: readonly string[]; readonly band?: string } | 'silent';
  readonly consent: Facts['consent'];
  /** The papers that were handed in, and in how many days their last day is. */
  readonly papers?: Readonly<Record<string, number>>;
  /** An officer has seen the papers and is convinced. */
  readonly officer?: true;
}

const nobody = { groups: [] } as const;
const lowIncome = { groups: ['low-income', 'resident', 'young-people'] } as const;
const onRecord = { groups: ['resident', 'young-people'] } as const;
const multicultural = { 'family-relation-certificate': 400, 'nationality-certificate': 400 };

export const samplePeople: readonly SamplePerson[] = [
  {
    id: 'preschooler',
    what: 'turns 6 tomorrow',
    ...{ turns: 6, inDays: 1, stage: 'elementary', lives: 'first' },
    ...{ registry: lowIncome, consent: 'given' },
  },
  {
    id: 'first-grader',
    what: 'turned 6 today, low income, with consent',
    ...{ turns: 6, inDays: 0, stage: 'elementary', lives: 'first' },
    ...{ registry: lowIncome, consent: 'given' },
  },
  {
    id: 'child',
    what: '11, low income, no consent yet',
    ...{ turns: 11, inDays: -100, stage: 'elementary', lives: 'last' },
    ...{ registry: lowIncome, consent: 'missing' },
  },
  {
    id: 'newcomer',
    what: '12, papers of a multicultural family, an officer is convinced',
    ...{ turns: 12, inDays: -100, stage: 'middle', lives: 'last' },
    ...{ registry: nobody, consent: 'given', papers: multicultural, officer: true },
  },
  {
    id: 'teenager',
    what: '15, low income by the registry, in the last area',
    ...{ turns: 15, inDays: -100, stage: 'middle', lives: 'last' },
    ...{ registry: { ...lowIncome, band: 'near-poverty' }, consent: 'missing' },
  },
  {
    id: 'better-off',
    what: '15, low income by the registry, which tells a higher band',
    ...{ turns: 15, inDays: -100, stage: 'middle', lives: 'last' },
    ...{ registry: { ...lowIncome, band: 'below-median' }, consent: 'missing' },
  },
  {
    id: 'unreached',
    what: '16, the registry does not answer',
    ...{ turns: 16, inDays: -100, stage: 'high', lives: 'first' },
    ...{ registry: 'silent', consent: 'missing' },
  },
  {
    id: 'small-school',
    what: '16, papers of a small school and of the district, an officer is convinced',
    ...{ turns: 16, inDays: -100, stage: 'high', lives: 'last' },
    ...{ registry: { groups: [], band: 'below-median' }, consent: 'missing', officer: true },
    papers: { 'school-letter': 300, 'health-insurance-statement': 300, 'district-letter': 300 },
  },
  {
    id: 'leaver',
    what: '17, left school, the certificate expired yesterday',
    ...{ turns: 17, inDays: -100, stage: 'high', lives: 'first' },
    ...{ registry: nobody, consent: 'missing', officer: true },
    papers: { 'school-leaving-certificate': -1 },
  },
  {
    id: 'late-leaver',
    what: 'turns 25 tomorrow, the certificate is valid until today',
    ...{ turns: 25, inDays: 1, stage: 'high', lives: 'first' },
    ...{ registry: nobody, consent: 'missing', officer: true },
    papers: { 'school-leaving-certificate': 0 },
  },
  {
    id: 'job-seeker',
    what: 'turned 25 today, past school',
    ...{ turns: 25, inDays: 0, stage: 'lifelong', lives: 'first' },
    ...{ registry: onRecord, consent: 'missing' },
  },
  {
    id: 'senior',
    what: '70, a resident by the registry',
    ...{ turns: 70, inDays: -100, stage: 'lifelong', lives: 'last' },
    ...{ registry: onRecord, consent: 'missing' },
  },
];

/** The person as an applicant of a region, on a day. */
export function applicantOf(
  { turns, inDays, stage, lives }: SamplePerson,
  region: Region,
  day: Temporal.PlainDate,
): Applicant {
  const areas = region.areas.filter(({ id }) => partnerOf(region, id) === undefined);
  const area = lives === 'first' ? areas.at(0) : areas.at(-1);
  if (area === undefined) throw new Error('a region has areas');
  const birthDate = day.add({ days: inDays }).subtract({ years: turns }).toString();
  return { birthDate, stage, areaId: area.id };
}

/** What is known of the person on a day, besides that. */
export function factsOf(person: SamplePerson, day: Temporal.PlainDate): Omit<Facts, 'submittedAt'> {
  const papers = Object.entries(person.papers ?? {}).map(([id, days]) => ({
    evidenceId: EvidenceId.parse(id),
    expiresOn: day.add({ days }).toString(),
  }));
  return { word: wordOn(person), papers, consent: person.consent };
}

function wordOn({ registry, officer }: SamplePerson): Facts['word'] {
  if (registry === 'silent') return { kind: 'unreachable' };
  const band = registry.band === undefined ? {} : { incomeBand: IncomeBandId.parse(registry.band) };
  if (officer)
    return { kind: 'officer', confirms: true, reason: 'An officer is convinced.', ...band };
  const groups = registry.groups.map((id) => GroupId.parse(id));
  return groups.length === 0 ? { kind: 'unknown' } : { kind: 'confirmed', groups, ...band };
}
