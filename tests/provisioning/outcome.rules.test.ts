import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Account, type Outcome } from '../../functions/provisioning/contract.ts';
import { type Judgement, judge } from '../../functions/provisioning/outcome.rules.ts';
import { nextStep } from '../../functions/provisioning/rules.ts';
import { timestamp } from '../../regions/calendar.ts';
import { at } from '../runtime/village.ts';
import { account, active, mill, pending, row, suspended } from './rows.ts';

const noon = at('2025-07-01T12:00');
const later = timestamp(noon.add({ minutes: 10 }));
const earlier = timestamp(noon.subtract({ seconds: 1 }));
const person = { kind: 'person', reason: 'by-hand', since: earlier } as const;
const accepted = { kind: 'accepted', askAgainAt: later } as const;

const known = (state: Account['state'], otherwise: Partial<Account>): Account => ({
  ...account(state),
  ...otherwise,
});
const tell = (of: Account, kind: Outcome['kind'], fence = of.fence): Judgement =>
  judge(of, { fence, outcome: { kind }, kind: 'manual' }, noon);
const said = (judged: Judgement) => (judged.kind === 'change' ? judged.next.state : judged.kind);

describe('what an outcome comes to, by what was asked for and how the account stands', () => {
  it.each([
    // Under way, and after it ended so or otherwise: what `done`, `rejected` and `again` come to.
    ['create', 'creating', ['present', 'absent', 'creating']],
    ['create', 'present', ['same', 'stale', 'stale']],
    ['create', 'absent', ['stale', 'same', 'stale']],
    ['suspend', 'changing', ['suspended', 'impossible', 'changing']],
    ['suspend', 'suspended', ['same', 'impossible', 'stale']],
    ['suspend', 'absent', ['stale', 'impossible', 'stale']],
    ['resume', 'changing', ['present', 'impossible', 'changing']],
    ['resume', 'present', ['same', 'impossible', 'stale']],
    ['resume', 'absent', ['stale', 'impossible', 'stale']],
    ['delete', 'deleting', ['absent', 'impossible', 'deleting']],
    ['delete', 'absent', ['same', 'impossible', 'stale']],
  ] as const)('%s, %s: %j', (asked, state, expected) => {
    const of = known(state, { asked, open: person });
    const outcomes = ['done', 'rejected', 'again'] as const;
    expect(outcomes.map((kind) => said(tell(of, kind)))).toEqual(expected);
  });

  it('nothing of it is open any more, and the name that the provider has for it is kept', () => {
    const of = known('creating', { asked: 'create', open: person, remoteId: 'seven' });
    const named = { kind: 'done', remoteId: 'eight' } as const;
    const judged = judge(of, { fence: 3, outcome: named, kind: 'manual' }, noon);
    const { open, ...unopened } = of;
    const ended = { state: 'present', remoteId: 'eight', changedAt: timestamp(noon) };
    expect(judged).toEqual({ kind: 'change', next: { ...unopened, ...ended } });
    expect(tell(of, 'done')).toMatchObject({ next: { remoteId: 'seven' } });
    expect(tell(of, 'rejected')).not.toHaveProperty('next.remoteId');
  });

  it.each([
    ['manual', 'kim.user'],
    ['webhook', 'kim.user'],
    // The id of a resource, which no person tells: it is looked up when it is needed.
    ['scim', undefined],
  ] as const)('of a provider by %s that calls it kim.user: %s', (kind, remoteId) => {
    for (const known of [undefined, 'the-one-before']) {
      const of = {
        ...account('creating'),
        asked: 'create',
        open: person,
        remoteId: known,
      } as const;
      const outcome = { kind: 'done', remoteId: 'kim.user' } as const;
      const judged = judge(of, { fence: 3, outcome, kind }, noon);
      expect(judged.kind === 'change' && judged.next.remoteId).toBe(remoteId);
    }
  });

  it('edge case 26: whoever waits for a code has none until the pool gives one', () => {
    const open = { ...person, reason: 'pool-dry' } as const;
    const tellOf = (state: Account['state'], kind: Outcome['kind']) =>
      judge(
        known(state, { asked: 'create', open }),
        { fence: 3, outcome: { kind }, kind: 'voucher' },
        noon,
      );
    for (const state of ['creating', 'present', 'absent'] as const)
      expect(tellOf(state, 'done')).toEqual({ kind: 'impossible' });
    expect(['rejected', 'again'].map((kind) => said(tellOf('creating', kind as 'again')))).toEqual([
      'absent',
      'creating',
    ]);
  });

  it('is told before the worker could write that it waits for it', () => {
    const of = known('creating', { asked: 'create' });
    expect(said(tell(of, 'done'))).toBe('present');
    expect(said(tell(of, 'again')), 'it is being asked for').toBe('same');
  });

  it('of rows of before 0.2.0, which were told to nobody, is stale', () => {
    expect(said(tell(account('changing'), 'done'))).toBe('stale');
  });
});

describe('edge case 17: while a request that was lost may still undo it', () => {
  it.each([
    ['suspend', 'changing'],
    ['resume', 'changing'],
    ['delete', 'deleting'],
  ] as const)(
    '%s is not the end, and is asked for again when nothing can come late',
    (asked, state) => {
      const judged = tell(known(state, { asked, open: person, lateUntil: later }), 'done');
      expect(judged).toMatchObject({ kind: 'change', next: { state, open: accepted } });
      if (judged.kind !== 'change') return;
      expect(said(tell(judged.next, 'done')), 'told twice').toBe('same');
      const wanted = { suspend: suspended, resume: {}, delete: {} }[asked];
      const places = asked === 'delete' ? {} : { subject: pending };
      const row_ = row(places, asked === 'delete' ? { mill: earlier } : {}, wanted);
      expect(nextStep(row_, mill, judged.next, noon)).toBe('wait');
      expect(nextStep(row_, mill, judged.next, noon.add({ minutes: 10 }))).toBe(asked);
    },
  );

  it('is the end where whoever tells it keeps to the order of fences', () => {
    const of = known('changing', { asked: 'suspend', lateUntil: later });
    const judged = judge(
      of,
      { fence: 3, outcome: { kind: 'done' }, kind: 'webhook', inOrder: true },
      noon,
    );
    expect(said(judged)).toBe('suspended');
    expect(judged).not.toHaveProperty('next.lateUntil');
  });

  it.each([
    ['a new account is there all the same', 'create', 'creating', later, 'present'],
    ['afterwards it is the end', 'delete', 'deleting', earlier, 'absent'],
  ] as const)('%s', (_what, asked, state, lateUntil, end) => {
    expect(said(tell(known(state, { asked, open: person, lateUntil }), 'done'))).toBe(end);
  });
});

const anyAccount = fc
  .record({
    state: fc.constantFrom(...Account.shape.state.options),
    asked: fc.constantFrom('create', 'suspend', 'resume', 'delete', undefined),
    open: fc.constantFrom(person, accepted, undefined),
    lateUntil: fc.constantFrom(earlier, later, undefined),
  })
  .map(({ state, ...more }) => known(state, more));
const anyOutcome = fc.constantFrom('done', 'rejected', 'again');

describe('edge case 23: whatever is known of an account, and whatever is told', () => {
  it('of another request changes nothing', () => {
    fc.assert(
      fc.property(anyAccount, anyOutcome, fc.constantFrom(1, 2, 4, 99), (of, kind, fence) => {
        expect(tell(of, kind, fence)).toEqual({ kind: 'stale' });
      }),
    );
  });

  it('told again changes nothing more, and never makes the fence another', () => {
    fc.assert(
      fc.property(anyAccount, anyOutcome, (of, kind) => {
        const judged = tell(of, kind);
        if (judged.kind !== 'change') return;
        expect(judged.next.fence).toBe(of.fence);
        expect(() => Account.parse(judged.next)).not.toThrow();
        expect(tell(judged.next, kind).kind).toBe('same');
      }),
    );
  });

  it('what ended is not undone by another word', () => {
    fc.assert(
      fc.property(anyAccount, anyOutcome, anyOutcome, (of, first, second) => {
        const judged = tell(of, first);
        if (judged.kind !== 'change' || judged.next.open !== undefined || first === 'again') return;
        expect(tell(judged.next, second).kind).not.toBe('change');
      }),
    );
  });
});

it('what a place wants has no say in it: the worker looks at that', () => {
  const of = known('creating', { asked: 'create', open: person });
  const judged = tell(of, 'done');
  if (judged.kind !== 'change') throw new Error('it has not ended');
  expect(nextStep(row({ subject: active }), mill, judged.next, noon)).toBe('nothing');
  expect(nextStep(row({}, { mill: earlier }), mill, judged.next, noon)).toBe('delete');
});
