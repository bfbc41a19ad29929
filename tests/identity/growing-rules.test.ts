import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import {
  agesOf,
  dueDay,
  type Growing,
  growUp,
  type Told,
} from '../../functions/identity/growing.rules.ts';
import { dayOfAge } from '../../functions/identity/guardian.rules.ts';
import { consentStates } from '../../functions/identity/learner.contract.ts';
import { firstPolicy, secondPolicy, village } from '../runtime/village.ts';

const region = village();
const day = (text: string) => Temporal.PlainDate.from(text);

/** A learner who turns 15, the consent age of 2026, on 2029-05-20, and 19 on 2033-05-20. */
const born = { birthDate: '2014-05-20', guardians: 1, ownLogin: true } as const;
const grown = (learner: Growing, on: string) => growUp(region, learner, day(on));
const asked = { by: '2029-06-03', reminded: false };
const reminded = { by: '2029-07-04', reminded: true };

describe('edge case 4: given a learner with a guardian’s consent, when a day comes', () => {
  it.each<[string, Partial<Growing>, string, Partial<Growing>, Told[], string | undefined]>([
    [
      'the day before 15',
      { consent: 'granted' },
      '2029-05-19',
      { consent: 'granted' },
      [],
      '2029-05-20',
    ],
    [
      '15: their own consent is asked, for as many days as a guardian’s',
      { consent: 'granted' },
      '2029-05-20',
      { consent: 'own-needed', own: asked },
      [{ kind: 'own-consent-needed', until: '2029-06-03' }],
      '2029-06-04',
    ],
    [
      'the last day to give it',
      { consent: 'own-needed', own: asked },
      '2029-06-03',
      { consent: 'own-needed', own: asked },
      [],
      '2029-06-04',
    ],
    [
      'the day after: they are reminded, and have the policy’s grace',
      { consent: 'own-needed', own: asked },
      '2029-06-04',
      { consent: 'own-needed', own: reminded },
      [{ kind: 'own-consent-reminder', until: '2029-07-04' }],
      '2029-07-05',
    ],
    [
      'a year later, nobody having looked: reminded first, and never lapsed at once',
      { consent: 'own-needed', own: asked },
      '2030-06-04',
      { consent: 'own-needed', own: { by: '2030-07-04', reminded: true } },
      [{ kind: 'own-consent-reminder', until: '2030-07-04' }],
      '2030-07-05',
    ],
    [
      'the last day of grace',
      { consent: 'own-needed', own: reminded },
      '2029-07-04',
      { consent: 'own-needed', own: reminded },
      [],
      '2029-07-05',
    ],
    [
      'the day after it: consent has lapsed',
      { consent: 'own-needed', own: reminded },
      '2029-07-05',
      { consent: 'own-lapsed', own: undefined },
      [{ kind: 'own-consent-lapsed' }],
      '2033-05-20',
    ],
    [
      'asked before there was an end: they have as long as others, from the day on which it is seen',
      { consent: 'own-needed', own: undefined },
      '2030-06-04',
      { consent: 'own-needed', own: { by: '2030-06-18', reminded: false } },
      [{ kind: 'own-consent-needed', until: '2030-06-18' }],
      '2030-06-19',
    ],
    [
      '15, withdrawn',
      { consent: 'withdrawn' },
      '2029-05-20',
      { consent: 'withdrawn' },
      [],
      '2033-05-20',
    ],
    [
      '15, in conflict, no guardian with a login',
      { consent: 'conflict', guardians: 0 },
      '2029-05-20',
      { consent: 'conflict' },
      [],
      undefined,
    ],
    [
      '19: the guardians leave',
      { consent: 'own-given', guardians: 2 },
      '2033-05-20',
      { consent: 'own-given', guardians: 0 },
      [{ kind: 'majority-reached' }],
      undefined,
    ],
    [
      '19, all missed until then',
      { consent: 'granted' },
      '2033-05-20',
      { consent: 'own-needed', guardians: 0 },
      [{ kind: 'own-consent-needed', until: '2033-06-03' }, { kind: 'majority-reached' }],
      '2033-06-04',
    ],
  ])('%s', (_what, before, on, expected, told, due) => {
    const next = grown({ ...born, consent: 'own-given', ...before }, on);
    expect(next).toMatchObject(expected);
    expect(next.told).toEqual(told);
    expect(dueDay(region, next)).toBe(due);
  });
});

it('edge case 4: given a row whose own consent is awaited without an end, it is due at once', () => {
  expect(dueDay(region, { ...born, consent: 'own-needed' })).toBe('2029-05-20');
});

describe('edge case 4: given a child without a login, when it comes near majority', () => {
  const alone = { ...born, consent: 'own-given', ownLogin: false } as const;
  const needed = { kind: 'login-needed', until: '2033-05-19' };

  it.each<[string, Partial<Growing>, string, object[], string | undefined]>([
    ['61 days before', {}, '2033-03-20', [], '2033-03-21'],
    ['60 days before, as the policy has for renewals', {}, '2033-03-21', [needed], '2033-05-20'],
    ['later, not told yet', {}, '2033-05-19', [needed], '2033-05-20'],
    ['told before', { endTold: true }, '2033-05-19', [], '2033-05-20'],
    ['with a login', { ownLogin: true }, '2033-05-19', [], '2033-05-20'],
    [
      'on the day',
      { endTold: true },
      '2033-05-20',
      [{ kind: 'majority-without-login' }],
      undefined,
    ],
    ['on the day, all missed', {}, '2033-05-20', [{ kind: 'majority-without-login' }], undefined],
  ])('%s', (_what, otherwise, on, told, due) => {
    const next = grown({ ...alone, ...otherwise }, on);
    expect(next.told).toEqual(told);
    expect(dueDay(region, next)).toBe(due);
  });
});

describe('given any learner', () => {
  const days = fc.integer({ min: 0, max: 9000 }).map((n) => day('2020-01-01').add({ days: n }));
  const learner = fc.record({
    birthDate: fc
      .integer({ min: 0, max: 7000 })
      .map((n) => day('2003-01-01').add({ days: n }).toString()),
    consent: fc.constantFrom(...consentStates),
    guardians: fc.integer({ min: 0, max: 2 }),
    ownLogin: fc.boolean(),
  });

  it('a day that was looked at is not due again, and nothing happens before the day that is due', () => {
    fc.assert(
      fc.property(learner, days, fc.integer({ min: 1, max: 3000 }), (one, on, later) => {
        const { told: _, cameOfAge: __, ...next } = growUp(region, one, on);
        const due = dueDay(region, next);
        if (due !== undefined) expect(due > on.toString()).toBe(true);
        const then = on.add({ days: later });
        if (due !== undefined && then.toString() >= due) return;
        expect(growUp(region, next, then)).toEqual({ ...next, told: [], cameOfAge: false });
      }),
    );
  });

  it('own consent lapses after a reminder only, whenever anybody looks, and it takes the policy’s days', () => {
    const looks = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 4, maxLength: 12 });
    fc.assert(
      fc.property(looks, (steps) => {
        let on = day('2029-05-20');
        let state: Growing = { ...born, consent: 'granted' };
        const told: string[] = [];
        for (const step of steps) {
          const next = growUp(region, state, on);
          told.push(...next.told.map(({ kind }) => kind));
          state = next;
          if (next.consent === 'own-lapsed')
            expect(on.since(day('2029-05-20')).days).toBeGreaterThan(44);
          on = on.add({ days: step });
        }
        const order = ['own-consent-needed', 'own-consent-reminder', 'own-consent-lapsed'];
        expect(told).toEqual(order.slice(0, told.length));
      }),
    );
  });
});

describe('given a later policy that lowers the age of majority', () => {
  const lower = { ...secondPolicy, version: 'third-2030', from: '2030-01-01', majorityAge: 18 };
  const lowered = village({ policies: [firstPolicy, secondPolicy, lower] });

  it.each([
    ['18 before that policy: on its first day', '2011-06-01', '2030-01-01'],
    ['19 before that policy: as before', '2010-12-31', '2029-12-31'],
    ['18 since: on the birthday', '2012-06-01', '2030-06-01'],
  ])('%s', (_what, birthDate, expected) => {
    expect(dayOfAge(lowered, birthDate, 'majorityAge').toString()).toBe(expected);
  });

  it('the ages that days were computed by are seen to differ, and the same ones in another order are not', () => {
    expect(agesOf(lowered)).not.toBe(agesOf(region));
    expect(agesOf(village({ policies: [secondPolicy, firstPolicy] }))).toBe(agesOf(region));
  });
});
