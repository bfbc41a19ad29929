import { describe, expect, it } from 'vitest';
import type { Application } from '../../functions/eligibility/contract.ts';
import { decideCase } from '../../functions/eligibility/decision.rules.ts';
import { whenDue } from '../../functions/eligibility/due.rules.ts';
import { type Effect, followLearner } from '../../functions/eligibility/learner.rules.ts';
import { shownOf } from '../../functions/eligibility/papers.rules.ts';
import { StaffId } from '../../functions/identity/contract.ts';
import { at, village } from '../runtime/village.ts';
import { application, decided } from './applications.ts';
import { profileOf } from './clockwork.ts';
import { autumn, inGrace, officer, region as ofLetters, profile, until } from './letters.ts';

const region = village();
const now = at('2025-07-03T12:00');
const waits = application();
const approval = decided(waits, 'approved');
const before = profileOf(approval);
const after = profileOf(approval, { name: '김바다' });

/** What becomes of an application at last, followed until nothing is left; with a place wherever it moves. */
function followed(found: Application, change: Parameters<typeof followLearner>[2]) {
  const effects: Effect[] = [];
  let one = found;
  for (let turn = 0; turn < 5; turn += 1) {
    const effect = followLearner(region, one, change, now);
    if (effect === undefined) return { one, kinds: effects.map(kindOf) };
    effects.push(effect);
    one = effect.kind === 'change' ? effect.next : effect.placed.next;
  }
  throw new Error('there is always more to follow');
}
const kindOf = (effect: Effect) => (effect.kind === 'change' ? effect.action : effect.kind);

describe('given an approval, and a name that changes', () => {
  // The moments say the opposite of the versions: the decision began when the change had begun, and was kept before it.
  it.each([
    ['the version before', 1, '2099-01-01T00:00:00.000Z', ['suspended']],
    ['a version long before', undefined, '2099-01-01T00:00:00.000Z', ['suspended']],
    ['this version', 2, '2020-01-01T00:00:00.000Z', []],
    ['a later version', 3, '2020-01-01T00:00:00.000Z', []],
  ])('decided on %s, whatever the clocks say: %#', (_what, profileVersion, changedAt, kinds) => {
    const found = { ...approval, changedAt, ...(profileVersion && { profileVersion }) };
    expect(followed(found, { before, after, version: 2 }).kinds).toEqual(kinds);
  });

  it('edge case 23: the same change again, once an officer has looked at it, does nothing', () => {
    const change = { before, after, version: 2 };
    const { one } = followed({ ...approval, profileVersion: 1 }, change);
    expect(one).toMatchObject({ state: 'suspended', because: 'profile-changed' });
    const { because, ...rest } = one;
    expect(followed({ ...rest, state: 'approved' }, change).kinds).toEqual([]);
  });

  it('a birthday that makes a guardian’s consent count again is for an officer all the same', () => {
    const lapsed = profileOf(approval, { consent: { state: 'own-lapsed' } });
    const younger = profileOf(approval, { birthDate: '2012-05-20', consent: { state: 'granted' } });
    const stopped = { ...approval, state: 'suspended', because: 'consent-withdrawn' } as const;
    const change = { before: lapsed, after: younger, version: 2 };
    expect(followed({ ...stopped, profileVersion: 1 }, change)).toMatchObject({
      one: { state: 'suspended', because: 'profile-changed' },
      kinds: ['suspended'],
    });
  });

  it('edge case 4: no age of a birthday that may be wrong ends it while an officer is to look', () => {
    const cut = { validUntil: '2025-07-10', ageUntil: '2025-07-10', monthsUntil: '2026-06-30' };
    const found = { ...approval, ...cut, renewFrom: '2025-05-11', profileVersion: 1 };
    const younger = profileOf(approval, { birthDate: '2010-05-20' });
    const { one } = followed(found, { before, after: younger, version: 2 });
    expect(one).toMatchObject({ validUntil: '2026-06-30', renewFrom: '2026-05-01' });
    expect(whenDue(region, one, at('2025-07-11T12:00'))).toBe(undefined);
    // Another name says nothing about the age.
    expect(followed(found, { before, after, version: 2 }).one).toMatchObject(cut);
  });

  it('edge case 4: nor of one that is corrected when the name is in doubt already', () => {
    const cut = { validUntil: '2025-07-10', ageUntil: '2025-07-10', monthsUntil: '2026-06-30' };
    const named = followed(
      { ...approval, ...cut, profileVersion: 1 },
      { before, after, version: 2 },
    );
    const younger = profileOf(approval, { name: after.name, birthDate: '2010-05-20' });
    const { one, kinds } = followed(named.one, { before: after, after: younger, version: 3 });
    expect(kinds).toEqual(['suspended']);
    expect(one).toMatchObject({ because: 'profile-changed', validUntil: '2026-06-30' });
    expect(one).not.toHaveProperty('ageUntil');
  });

  it('whoever has the approval on the desk for a paper has to look at it anew', () => {
    const claim = { by: StaffId.parse(`stf_${'1'.repeat(26)}`), until: '2099-01-01T00:00:00.000Z' };
    const found: Application = { ...approval, claim, profileVersion: 1 };
    expect(followed(found, { before, after, version: 2 }).one).not.toHaveProperty('claim');
  });

  it('edge case 14: who moves by the same change is looked at, and moves', () => {
    const moved = profileOf(approval, { name: '김바다', areaId: 'hill' });
    const { one, kinds } = followed(
      { ...approval, profileVersion: 1 },
      { before, after: moved, version: 2 },
    );
    expect(kinds).toEqual(['suspended', 'move']);
    expect(one).toMatchObject({ state: 'suspended', because: 'profile-changed', areaId: 'hill' });
  });

  it.each(['waitlisted', 'offered'] as const)(
    '%s, goes to an officer with no days that were counted before',
    (state) => {
      const days = { countsFrom: '2026-07-01', ageUntil: '2026-05-19', reminded: true } as const;
      const found: Application = { ...approval, ...days, state };
      const { one } = followed(found, { before, after, version: 2 });
      expect(one).toMatchObject({ state: 'waiting', because: 'profile-changed' });
      for (const day of [...Object.keys(days), 'validUntil']) expect(one).not.toHaveProperty(day);
    },
  );

  it('on the waiting list, goes to an officer, and moves', () => {
    const moved = profileOf(approval, { birthDate: '2010-05-20', areaId: 'hill' });
    const { decision, waitingFor, ...rest } = { ...waits, profileVersion: 1 };
    const { one, kinds } = followed(
      { ...rest, state: 'waitlisted' },
      { before, after: moved, version: 2 },
    );
    expect(kinds).toEqual(['sent-to-review', 'moved']);
    expect(one).toMatchObject({ state: 'waiting', because: 'profile-changed', areaId: 'hill' });
  });
});

describe('edge case 10: given a paper that an officer looks at while a birthday is being corrected', () => {
  it('the doubt comes all the same, and the age bound of the wrong date with it', () => {
    const found = inGrace({ profileVersion: 1, ageUntil: '2026-05-19' });
    const older = { ...profile, birthDate: '2009-02-01' };
    const known = { profile: older, profileVersion: 2, papers: shownOf([until('2026-08-31')]) };
    const verdict = { outcome: 'approved', reason: 'As the letter says.' } as const;
    const acting = { staffId: officer, now: autumn };
    const ruling = decideCase(ofLetters, found, verdict, known, acting);
    if (ruling.kind !== 'allowed') throw new Error('the paper is in order');
    expect(ruling.next).toMatchObject({ state: 'approved', ageUntil: '2026-05-19' });
    const change = { before: profile, after: older, version: 2 };
    const { one, kinds } = followed(ruling.next, change);
    expect([one.because, kinds]).toEqual(['profile-changed', ['suspended']]);
  });
});
