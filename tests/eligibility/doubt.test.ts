import { describe, expect, it } from 'vitest';
import type { Application } from '../../functions/eligibility/contract.ts';
import { type Effect, followLearner } from '../../functions/eligibility/learner.rules.ts';
import { at, village } from '../runtime/village.ts';
import { application, decided } from './applications.ts';
import { profileOf } from './clockwork.ts';

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
