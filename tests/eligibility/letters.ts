import type { Temporal } from 'temporal-polyfill';
import { Application } from '../../functions/eligibility/contract.ts';
import { decideCase } from '../../functions/eligibility/decision.rules.ts';
import type { Acting, Ruling } from '../../functions/eligibility/officer.rules.ts';
import { type HeldPaper, shownOf } from '../../functions/eligibility/papers.rules.ts';
import { Profile, StaffId } from '../../functions/identity/contract.ts';
import { EvidenceId } from '../../regions/schema.ts';
import { at, firstPolicy, village } from '../runtime/village.ts';
import { application, decided } from './applications.ts';

const evidence = [
  { id: 'letter', name: { ko: '편지', en: 'Letter' }, validMonths: 12 },
  { id: 'register', name: { ko: '등본', en: 'Register' } },
];
const groups = firstPolicy.groups.map((group) =>
  group.id === 'out-of-school' ? { ...group, evidence, ages: { until: 16 } } : group,
);
/** Out of school asks for a letter that is valid for a year and a register that is for good. */
export const region = village({ policies: [{ ...firstPolicy, groups }] });

export const officer = StaffId.parse(`stf_${'1'.repeat(26)}`);
export const autumn = at('2025-09-10T12:00');
export const profile = Profile.parse({
  learnerId: `lrn_${'0'.repeat(26)}`,
  name: '김하늘',
  birthDate: '2009-05-20',
  stage: 'high',
  areaId: 'river',
  language: 'ko',
});

type Letter = Partial<Pick<HeldPaper, 'state' | 'expiresOn' | 'refusedBecause'>>;
/** A letter that was found clean, for good, with parts of it otherwise. */
export const letter = (otherwise: Letter = {}): HeldPaper => ({
  evidenceId: EvidenceId.parse('letter'),
  state: 'clean',
  ...otherwise,
});
/** A letter that is valid up to a day. */
export const until = (expiresOn: string) => letter({ expiresOn });
export const [letterId, register] = ['letter', 'register'].map((id) => ({
  evidenceId: EvidenceId.parse(id),
}));

/** An application on an officer's desk. */
export const waiting = (otherwise: object = {}) =>
  application({ groupId: 'out-of-school', claim: claimOf(autumn), ...otherwise });
const claimOf = (now: Temporal.Instant) => ({
  by: officer,
  until: now.add({ hours: 8 }).round('millisecond').toString({ smallestUnit: 'millisecond' }),
});

/** An approval that rested on a letter up to 31 August and a register that was deleted since, on an officer's desk. */
export const approval = (otherwise: object = {}): Application =>
  Application.parse({
    ...decided(waiting(), 'approved'),
    papers: [{ ...letterId, expiresOn: '2025-08-31' }, register],
    papersUntil: '2025-08-31',
    ...otherwise,
  });
/** As `approval`, after the letter expired. */
export const inGrace = (otherwise: object = {}) =>
  approval({ graceUntil: '2025-09-30', waitingFor: 'new-paper', ...otherwise });
/** As `inGrace`, after the grace. */
export const suspended = (otherwise: object = {}) =>
  inGrace({ state: 'suspended', because: 'paper-expired', graceUntil: '2025-09-05', ...otherwise });

/** What an officer decides on papers. */
export function decide(
  found: Application,
  papers: readonly HeldPaper[],
  outcome: 'approved' | 'rejected' = 'approved',
  acting: Acting = { staffId: officer, now: autumn },
) {
  const verdict = { outcome, reason: 'As the letter says.' };
  return decideCase(region, found, verdict, { profile, papers: shownOf(papers) }, acting);
}

/** How a ruling came out: a refusal with the first sentence of its words. */
export const said = (ruling: Ruling<string>) =>
  ruling.kind === 'refused' ? `${ruling.code}: ${ruling.detail.split('. ')[0]}` : ruling.kind;
/** As `said`, without the words. */
export const code = (ruling: Ruling<string>) =>
  ruling.kind === 'refused' ? ruling.code : ruling.kind;
