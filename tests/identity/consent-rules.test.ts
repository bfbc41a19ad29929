import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConsentId, type GuardianAnswer } from '../../functions/identity/consent.contract.ts';
import {
  type Asked,
  answer,
  closed,
  dueOf,
  isOpen,
  lapse,
  resolve,
  withdraw,
} from '../../functions/identity/consent.rules.ts';
import { LearnerId, Name, StaffId } from '../../functions/identity/contract.ts';
import { type ConsentState, consentStates } from '../../functions/identity/learner.contract.ts';
import { consentAfter, consentAnswered, judgeOwn } from '../../functions/identity/word.rules.ts';
import { at, village } from '../runtime/village.ts';

const region = village();
const inTime = at('2025-07-15T23:59:59');
const tooLate = at('2025-07-16T00:00');
const id = '0'.repeat(26);
const learnerId = LearnerId.parse(`lrn_${id}`);
const officer = StaffId.parse(`stf_${id}`);

const asked = (otherwise: Partial<Asked> = {}): Asked => ({
  consentId: ConsentId.parse(`cns_${id}`),
  version: 1,
  state: 'asked',
  askedAt: '2025-07-01T03:00:00.000Z',
  changedAt: '2025-07-01T03:00:00.000Z',
  answerBy: '2025-07-15',
  policyVersion: 'first-2025',
  textVersion: '1',
  guardians: [
    { tokenHash: 'first', email: 'mother@example.com' },
    { tokenHash: 'second', email: 'father@example.com' },
  ],
  login: { sub: 'child', email: 'child@example.com' },
  birthDate: '2014-05-20',
  language: 'ko',
  ...otherwise,
});

type Step = GuardianAnswer | undefined;

/** A request that both guardians, or one of them, have answered. */
function answered(first: Step, second: Step, from = asked()): Asked {
  const given = [first, second].entries();
  return [...given].reduce((request, [position, said]) => {
    if (said === undefined) return request;
    const named = { answer: said, guardianName: Name.parse('이순자'), relation: 'mother' } as const;
    const verdict = answer(region, request, position, named, inTime);
    return verdict.kind === 'answered' ? verdict.next : request;
  }, from);
}

const personal = /@|2014|이순자|child|Both/;

describe('given two guardians (edge cases 1 and 3)', () => {
  it.each<[Step, Step, string]>([
    [undefined, undefined, 'asked'],
    ['granted', undefined, 'granted'],
    ['refused', undefined, 'asked'],
    ['granted', 'granted', 'granted'],
    ['granted', 'refused', 'conflict'],
    ['refused', 'granted', 'conflict'],
    ['refused', 'refused', 'refused'],
  ])('%s and %s: %s', (first, second, state) => {
    const request = answered(first, second);
    expect(request.state).toBe(state);
    expect(personal.test(JSON.stringify(request))).toBe(isOpen(request));
  });

  it.each<[Step, GuardianAnswer, string]>([
    ['granted', 'granted', 'same'],
    ['granted', 'refused', 'other-answer'],
    ['refused', 'refused', 'same'],
    ['refused', 'granted', 'other-answer'],
  ])('who said %s and says %s: %s', (before, now, kind) => {
    const verdict = answer(region, answered(before, undefined), 0, { answer: now }, inTime);
    expect(verdict.kind).toBe(kind);
  });

  it('nobody answers after the last day, nor what is closed', () => {
    const late = answer(region, asked(), 0, { answer: 'granted' }, tooLate);
    const gone = answer(region, closed(asked(), inTime), 0, { answer: 'granted' }, inTime);
    expect([late.kind, gone.kind]).toEqual(['over', 'over']);
  });
});

describe('given a request whose time is over', () => {
  it.each<[string, Step, Step, string, boolean]>([
    ['nobody answered', undefined, undefined, 'lapsed', false],
    ['one refused, one was silent', 'refused', undefined, 'lapsed', false],
    ['one consented, one was silent', 'granted', undefined, 'granted', true],
    ['both consented', 'granted', 'granted', 'granted', true],
    ['they disagree', 'granted', 'refused', 'conflict', true],
  ])('%s', (_what, first, second, state, keeps) => {
    const request = answered(first, second);
    expect(lapse(region, request, inTime), 'not on the last day').toBe(undefined);
    const next = lapse(region, request, tooLate) ?? request;
    expect(next.state).toBe(state);
    expect(personal.test(JSON.stringify(next))).toBe(keeps);
    expect(dueOf(next), 'is not due again').toBe(undefined);
    for (const { answer: said, email } of next.guardians)
      if (said === undefined) expect(email).toBe(undefined);
  });

  it('is due on the day after the last one, while somebody may still answer', () => {
    expect(dueOf(asked())).toBe('2025-07-16');
    expect(dueOf(answered('granted', undefined))).toBe('2025-07-16');
    expect(dueOf(answered('granted', 'granted'))).toBe(undefined);
  });
});

describe('given a consent that is taken back, or resolved', () => {
  it.each([
    ['with a learner: what was there is kept', learnerId, true],
    ['without one: nothing stays', undefined, false],
  ])('%s', (_what, known, keeps) => {
    const request = answered('granted', undefined, asked({ learnerId: known }));
    const next = withdraw(request, inTime);
    expect(next?.state).toBe('withdrawn');
    expect(personal.test(JSON.stringify(next))).toBe(keeps);
  });

  it.each<[Asked['state'], boolean]>([
    ['asked', false],
    ['granted', true],
    ['conflict', true],
    ['refused', false],
    ['lapsed', false],
    ['withdrawn', false],
  ])('%s can be taken back: %s', (state, can) => {
    expect(withdraw(asked({ state }), inTime) !== undefined).toBe(can);
  });

  it.each([
    ['granted', undefined, 'granted', true],
    ['granted', learnerId, 'granted', true],
    ['refused', undefined, 'refused', false],
    ['refused', learnerId, 'withdrawn', true],
  ] as const)('resolved %s (learner %s): %s', (outcome, known, state, keeps) => {
    const request = answered('granted', 'refused', asked({ learnerId: known }));
    const next = resolve(request, { outcome, reason: 'Both were heard' }, officer, inTime);
    expect(next?.state).toBe(state);
    expect(personal.test(JSON.stringify(next))).toBe(keeps);
  });

  it('only what is in conflict is resolved', () => {
    const resolution = { outcome: 'granted', reason: 'x' } as const;
    expect(resolve(answered('granted', 'granted'), resolution, officer, inTime)).toBe(undefined);
  });
});

describe('given a learner, when a guardian’s word changes', () => {
  const words = ['granted', 'conflict', 'withdrawn'] as const;
  it.each<[ConsentState, ConsentState[]]>([
    ['granted', ['granted', 'conflict', 'withdrawn']],
    ['conflict', ['granted', 'conflict', 'withdrawn']],
    ['own-needed', ['own-needed', 'conflict', 'withdrawn']],
    ['withdrawn', ['withdrawn', 'withdrawn', 'withdrawn']],
    ['own-given', ['own-given', 'own-given', 'own-given']],
    ['not-needed', ['not-needed', 'not-needed', 'not-needed']],
  ])('%s', (current, expected) => {
    expect(words.map((word) => consentAfter(current, word))).toEqual(expected);
  });
});

describe('given a learner who asked again after a withdrawal', () => {
  const [then, later] = ['2025-07-01T03:00:00.000Z', '2025-07-02T03:00:00.000Z'];
  const answered = (consent: ConsentState, since: string, word: 'granted' | 'conflict') =>
    consentAnswered({ consent, since }, word, then);

  it.each<[string, ConsentState, string, 'granted' | 'conflict', ConsentState]>([
    ['a grant undoes that withdrawal', 'withdrawn', then, 'granted', 'granted'],
    ['a later withdrawal stands', 'withdrawn', later, 'granted', 'withdrawn'],
    ['guardians in conflict undo nothing', 'withdrawn', then, 'conflict', 'withdrawn'],
    ['a refusal after the grant is a conflict', 'granted', later, 'conflict', 'conflict'],
    ['one’s own consent is nobody else’s', 'own-given', then, 'granted', 'own-given'],
  ])('%s', (_what, consent, since, word, expected) => {
    expect(answered(consent, since, word)).toBe(expected);
  });

  it('an answer to an old request undoes nothing', () => {
    const learner = { consent: 'withdrawn', since: then } as const;
    expect(consentAnswered(learner, 'granted', undefined)).toBe('withdrawn');
  });
});

describe('given a learner’s own word (edge case 4)', () => {
  const verdictOf = (birthDate: string, consent: ConsentState, granted: boolean) => {
    const verdict = judgeOwn(region, { birthDate, consent }, granted, inTime);
    return verdict.kind === 'accepted' ? verdict.consent : verdict.code;
  };

  it('below the consent age it never counts', () => {
    for (const state of consentStates)
      expect(verdictOf('2011-07-16', state, true)).toBe('consent-required');
  });

  it.each(consentStates.filter((state) => state !== 'not-needed'))(
    'from it on, after %s',
    (state) => {
      expect(verdictOf('2011-07-15', state, true)).toBe('own-given');
      expect(verdictOf('2011-07-15', state, false)).toBe('withdrawn');
    },
  );

  it('of somebody who came of that age, nothing is asked', () => {
    expect(verdictOf('2009-01-01', 'not-needed', false)).toBe('consent-not-needed');
  });
});

it('no order of answers and lapses leaves data of a request that is closed, or opens one again', () => {
  const step = fc.oneof(
    fc.record({ position: fc.nat(1), said: fc.constantFrom<GuardianAnswer>('granted', 'refused') }),
    fc.constantFrom('lapse', 'withdraw', 'resolve for', 'resolve against'),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 8 }), fc.boolean(), (steps, isLearner) => {
      let request = asked(isLearner ? { learnerId } : {});
      for (const one of steps) {
        const next = take(request, one);
        if (!isOpen(request)) expect(next).toEqual(request);
        if (!isOpen(next) && next.state !== 'withdrawn')
          expect(JSON.stringify(next)).not.toMatch(personal);
        request = next;
      }
    }),
  );
});

function take(request: Asked, step: string | { position: number; said: GuardianAnswer }): Asked {
  if (typeof step !== 'string') {
    const verdict = answer(region, request, step.position, { answer: step.said }, inTime);
    return verdict.kind === 'answered' ? verdict.next : request;
  }
  if (step === 'lapse') return lapse(region, request, tooLate) ?? request;
  if (step === 'withdraw') return withdraw(request, inTime) ?? request;
  const outcome = step === 'resolve for' ? 'granted' : 'refused';
  return resolve(request, { outcome, reason: 'Both' }, officer, inTime) ?? request;
}
