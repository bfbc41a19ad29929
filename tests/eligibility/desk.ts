import { type Application, RequestInput } from '../../functions/eligibility/contract.ts';
import { decideCase, type Verdict } from '../../functions/eligibility/decision.rules.ts';
import {
  type Acting,
  claimCase,
  type Ruling,
  requestMore,
} from '../../functions/eligibility/officer.rules.ts';
import { Profile, StaffId } from '../../functions/identity/contract.ts';
import { EvidenceId } from '../../regions/schema.ts';
import { at, firstPolicy, village } from '../runtime/village.ts';
import { application } from './applications.ts';

export const evidence = [{ id: 'school-letter', name: { ko: '편지', en: 'Letter' } }];
export const groups = firstPolicy.groups.map((group) =>
  group.id === 'out-of-school' ? { ...group, evidence } : group,
);
export const region = village({
  policies: [{ ...firstPolicy, groups }],
});
export const letter = EvidenceId.parse('school-letter');

export const clean = { evidenceId: letter, state: 'clean' } as const;

export const summer = at('2025-07-01T12:00');
export const officer = (digit: string) => StaffId.parse(`stf_${digit.repeat(26)}`);
export const first = officer('1');
export const second = officer('2');
export const by = (staffId = first, now = summer): Acting => ({ staffId, now });

export const profile = (otherwise: object = {}) =>
  Profile.parse({
    learnerId: `lrn_${'0'.repeat(26)}`,
    name: '김하늘',
    birthDate: '2009-05-20',
    stage: 'high',
    areaId: 'river',
    language: 'ko',
    ...otherwise,
  });

/** What a ruling allows. */
export function done<Code extends string>(ruling: Ruling<Code>): Application {
  if (ruling.kind === 'refused') throw new Error(ruling.code);
  return ruling.next;
}
export const code = (ruling: Ruling<string>) =>
  ruling.kind === 'refused' ? ruling.code : ruling.kind;

export const waiting = (otherwise: object = {}) =>
  application({ groupId: 'out-of-school', ...otherwise });
export const claimed = (staffId = first, found = waiting()) => done(claimCase(found, by(staffId)));
export const verdict = (outcome: Verdict['outcome']): Verdict => ({
  outcome,
  reason: 'Form 7 was shown.',
});
export const decide = (
  found: Application,
  outcome: Verdict['outcome'],
  acting = by(),
  person = profile(),
) => decideCase(region, found, verdict(outcome), { profile: person, papers: [] }, acting);
export const ask = (found: Application, acting = by()) =>
  requestMore(
    region,
    found,
    RequestInput.parse({ evidence: [letter], message: 'Please.' }),
    acting,
  );
