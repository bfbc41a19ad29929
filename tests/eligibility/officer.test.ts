import { describe, expect, it } from 'vitest';
import { appeal, handIn } from '../../functions/eligibility/applicant.rules.ts';
import { claimantOf } from '../../functions/eligibility/case.rules.ts';
import { decideCase } from '../../functions/eligibility/decision.rules.ts';
import { claimCase, releaseCase } from '../../functions/eligibility/officer.rules.ts';
import { at, firstPolicy, village } from '../runtime/village.ts';

import {
  ask,
  by,
  claimed,
  clean,
  code,
  decide,
  done,
  first,
  letter,
  profile,
  region,
  second,
  summer,
  verdict,
  waiting,
} from './desk.ts';

describe('given a case in the queue', () => {
  it('is claimed by one officer, and refused to another until the claim runs out', () => {
    const found = claimed();
    expect(code(claimCase(found, by(second)))).toBe('claimed-by-another');
    const lastMoment = summer.add({ hours: 8 }).subtract({ milliseconds: 1 });
    expect(code(claimCase(found, by(second, lastMoment)))).toBe('claimed-by-another');
    const after = done(claimCase(found, by(second, summer.add({ hours: 8 }))));
    expect(claimantOf(after, summer.add({ hours: 9 }))).toBe(second);
  });

  it('claimed again by the same officer, is theirs for longer', () => {
    const later = done(claimCase(claimed(), by(first, summer.add({ hours: 7 }))));
    expect(claimantOf(later, summer.add({ hours: 14 }))).toBe(first);
  });

  it('is put back by whoever claimed it, by nobody else, and twice is once', () => {
    expect(code(releaseCase(claimed(), by(second)))).toBe('claimed-by-another');
    const back = done(releaseCase(claimed(), by()));
    expect(back.claim).toBe(undefined);
    expect(code(releaseCase(back, by(second)))).toBe('unchanged');
  });

  it.each([
    ['nobody has claimed', waiting(), 'claim-first'],
    ['another has claimed', claimed(second), 'claimed-by-another'],
    ['they claimed too long ago', claimed(), 'claim-first'],
  ])('that %s, is neither decided nor asked about', (_which, found, expected) => {
    const late = by(first, summer.add({ hours: expected === 'claim-first' ? 8 : 1 }));
    expect(code(decide(found, 'approved', late))).toBe(expected);
    expect(code(decide(found, 'rejected', late))).toBe(expected);
    expect(code(ask(found, late))).toBe(expected);
  });
});

describe('given papers that an officer asks for', () => {
  it('waits for them with the officer’s words, off the desk, until the last day of the policy', () => {
    const asked = done(ask(claimed()));
    expect(asked).toMatchObject({
      state: 'waiting',
      waitingFor: 'evidence',
      request: { evidence: [letter], message: 'Please.', until: '2025-07-15' },
    });
    expect(asked.claim).toBe(undefined);
  });

  it('names those of the group only', () => {
    const found = claimed(first, waiting({ groupId: 'low-income' }));
    expect(code(ask(found))).toBe('no-such-evidence');
  });

  it.each(['registry-unknown', 'resemblance', 'appeal'])(
    'once handed in, waits again for what it waited for: %s',
    (waitingFor) => {
      const asked = done(ask(claimed(first, waiting({ waitingFor }))));
      const back = done(handIn(region, asked, [clean], summer));
      expect(back).toMatchObject({ waitingFor, submittedAt: asked.submittedAt });
      expect(code(handIn(region, back, [clean], summer))).toBe('nothing-asked');
    },
  );

  it('is not rejected before the last day is over, and can be approved at once', () => {
    const asked = done(ask(claimed()));
    const again = (now: typeof summer) => done(claimCase(asked, by(first, now)));
    const lastDay = at('2025-07-15T23:59');
    expect(code(decide(again(lastDay), 'rejected', by(first, lastDay)))).toBe('evidence-awaited');
    expect(code(decide(again(lastDay), 'approved', by(first, lastDay)))).toBe('allowed');
    const after = at('2025-07-16T00:00');
    expect(code(decide(again(after), 'rejected', by(first, after)))).toBe('allowed');
  });

  it('of a case that resembles another, does not let it be approved meanwhile', () => {
    const asked = done(ask(claimed(first, waiting({ waitingFor: 'resemblance' }))));
    expect(code(decide(claimed(first, asked), 'approved'))).toBe('resemblance-first');
  });
});

describe('given a decision', () => {
  it('says every rule that was met and not met, the reason, the policy and the officer', () => {
    const { state, decision, claim, waitingFor, validUntil } = done(decide(claimed(), 'approved'));
    expect({ state, claim, waitingFor, validUntil }).toEqual({
      state: 'approved',
      claim: undefined,
      waitingFor: undefined,
      validUntil: '2026-06-30',
    });
    expect(decision).toMatchObject({ decidedBy: 'officer', officer: first, outcome: 'approved' });
    const rules = decision?.findings.map(({ rule, met }) => `${rule}: ${met}`);
    expect(rules).toEqual(
      expect.arrayContaining(['minimum-age: true', 'evidence: false', 'officer-judged: true']),
    );
    expect(decision?.findings.at(-1)?.explanation).toBe('Form 7 was shown.');
  });

  it('edge case 9: is made under the rules of its day, and keeps their version', () => {
    const two = village({
      policies: [firstPolicy, { ...firstPolicy, version: 'next', from: '2025-07-02' }],
    });
    const made = (now: typeof summer) => {
      const found = done(claimCase(waiting(), by(first, now)));
      const known = { profile: profile(), papers: [] };
      return done(decideCase(two, found, verdict('approved'), known, by(first, now)));
    };
    expect(made(at('2025-07-01T23:59')).decision?.policyVersion).toBe('first-2025');
    expect(made(at('2025-07-02T00:00')).decision?.policyVersion).toBe('next');
  });

  it('edge case 9: of a group that the new rules no longer have, is made under those of its submission', () => {
    const lowIncome = firstPolicy.groups.filter(({ id }) => id === 'low-income');
    const without = { ...firstPolicy, version: 'next', from: '2025-07-02', groups: lowIncome };
    const two = village({ policies: [firstPolicy, without] });
    const now = at('2025-07-02T12:00');
    const found = done(claimCase(waiting(), by(first, now)));
    const known = { profile: profile(), papers: [] };
    const next = done(decideCase(two, found, verdict('approved'), known, by(first, now)));
    expect(next.decision?.policyVersion).toBe('first-2025');
  });

  it('cannot approve whom the policy refuses, and can reject them', () => {
    const child = profile({ birthDate: '2021-05-20' });
    expect(code(decide(claimed(), 'approved', by(), child))).toBe('rules-refuse');
    expect(code(decide(claimed(), 'rejected', by(), child))).toBe('allowed');
  });

  it('cannot approve a child whose guardian took consent back', () => {
    const child = profile({ birthDate: '2013-05-20', consent: { state: 'withdrawn' } });
    expect(code(decide(claimed(), 'approved', by(), child))).toBe('consent-required');
  });

  it('on an approval in doubt, lets it go on to its old end, or ends it', () => {
    const doubted = waiting({
      state: 'suspended',
      waitingFor: undefined,
      because: 'profile-changed',
      validUntil: '2025-12-31',
    });
    const next = done(decide(claimed(first, doubted), 'approved'));
    expect(next).toMatchObject({ state: 'approved', validUntil: '2025-12-31' });
    expect(next.because).toBe(undefined);
    expect(done(decide(claimed(first, doubted), 'rejected'))).toMatchObject({
      state: 'ended',
      because: 'profile-changed',
    });
  });
});

describe('edge case 11: given an appeal', () => {
  const rejected = done(decide(claimed(), 'rejected'));
  const appealed = done(appeal(region, rejected, 'The letter came.', summer));

  it('waits for another officer: the first can neither claim nor decide it', () => {
    expect(appealed).toMatchObject({ state: 'waiting', waitingFor: 'appeal' });
    expect(code(claimCase(appealed, by(first)))).toBe('same-officer');
    const forced = { ...appealed, claim: { by: first, until: '2025-07-01T23:00:00.000Z' } };
    expect(code(decide(forced, 'approved'))).toBe('same-officer');
  });

  it('is decided by another, and the first decision stays as it was', () => {
    const next = done(decide(claimed(second, appealed), 'approved', by(second)));
    expect(next).toMatchObject({ state: 'approved', decision: { officer: second } });
    expect(next.earlier).toEqual([rejected.decision]);
  });

  it('is made once, and up to the last day', () => {
    const again = done(decide(claimed(second, appealed), 'rejected', by(second)));
    expect(code(appeal(region, again, 'Once more.', summer))).toBe('already-appealed');
    const lastDay = at('2025-07-31T23:59');
    expect(code(appeal(region, rejected, 'Late.', lastDay))).toBe('allowed');
    expect(code(appeal(region, rejected, 'Late.', at('2025-08-01T00:00')))).toBe('appeal-too-late');
  });

  it('is of a rejection only', () => {
    expect(code(appeal(region, waiting(), 'No.', summer))).toBe('not-rejected');
  });
});
