import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { LearnerId } from '../../functions/identity/contract.ts';
import {
  type Deletion,
  DeletionId,
  Receipt,
  steps,
  Waiting,
} from '../../functions/privacy/contract.ts';
import {
  dueOf,
  fromTheFirst,
  isOverdue,
  isPatient,
  nextOf,
  receiptOf,
  stepped,
  swept,
  waiting,
} from '../../functions/privacy/deletion.rules.ts';
import { endOfKeeping, monthsOf, usualRetention } from '../../functions/privacy/retention.rules.ts';
import { at, village } from '../runtime/village.ts';

const asked = Temporal.Instant.from('2026-03-02T00:00:00Z');
const person = `lrn_${'0'.repeat(26)}`;
const begun: Deletion = {
  deletionId: DeletionId.parse(`del_${'0'.repeat(26)}`),
  subject: { learnerId: LearnerId.parse(person) },
  askedBy: 'login mark',
  mail: { email: 'h@village.example', language: 'ko', link: 'https://api.example/deletions/1' },
  askedAt: '2026-03-02T00:00:00.000Z',
  done: [],
  version: 1,
};
const doneUpTo = (count: number) =>
  steps.slice(0, count).reduce((before, step) => stepped(before, step, asked), begun);

describe('a deletion', () => {
  it('takes its steps in their order, then one last look a day later, then nothing', () => {
    const order = Array.from({ length: steps.length + 1 }, (_, count) => nextOf(doneUpTo(count)));
    expect(order).toEqual([...steps, 'sweep']);
    const done = doneUpTo(steps.length);
    expect(dueOf(done, asked)).toBe('2026-03-03T02:00:00.000Z');
    const over = swept(done, asked);
    expect([nextOf(over), dueOf(over, asked)]).toEqual([undefined, undefined]);
  });

  it('that went on in an order of before takes what is left of the steps, and comes to its end', () => {
    const before = ['leaving', 'mentoring', 'enrolment', 'eligibility'] as const;
    let one = before.reduce((so, step) => stepped(so, step, asked), begun);
    const taken: string[] = [];
    for (let next = nextOf(one); next !== undefined && next !== 'sweep'; next = nextOf(one)) {
      taken.push(next);
      one = stepped(one, next, asked);
    }
    expect(taken).toEqual(steps.filter((step) => !before.some((done) => done === step)));
    expect(receiptOf(one).state).toBe('done');
  });

  it.each([
    ['report', '2026-03-02T01:00:00.000Z'],
    ['providers', '2026-03-02T00:05:00.000Z'],
    ['mails', '2026-03-02T00:05:00.000Z'],
    ['files', '2026-03-02T00:05:00.000Z'],
  ] as const)('that waits for %s is looked at again at %s', (what, due) => {
    expect(dueOf(waiting(doneUpTo(1), what, asked), asked)).toBe(due);
  });

  it.each([
    ['in a step', undefined, 3],
    ['for a provider', 'providers', 24],
    ['for files', 'files', 24],
    ['for mails', 'mails', 24],
    ['for a report', 'report', 336],
  ] as const)('that rests %s is overdue after its hours, and not before', (_what, what, hours) => {
    const rests = what === undefined ? doneUpTo(1) : waiting(doneUpTo(1), what, asked);
    const isLate = (count: number) => isOverdue(rests, asked.add({ hours: count, seconds: 1 }));
    expect([isLate(hours - 1), isLate(hours)]).toEqual([false, true]);
    // What it begins to wait for anew has hours of its own; a step that was done, too.
    const later = asked.add({ hours });
    expect(isOverdue(waiting(rests, 'files', later), later.add({ hours: 1 }))).toBe(
      what === 'files',
    );
    expect(isOverdue(stepped(rests, 'mentoring', later), later.add({ hours: 1 }))).toBe(false);
  });

  it('is overdue no more once it is done, but for a last look that does not come', () => {
    const done = doneUpTo(steps.length);
    expect(isOverdue(done, asked.add({ hours: 28 }))).toBe(false);
    expect(isOverdue(done, asked.add({ hours: 30 }))).toBe(true);
    expect(isOverdue(swept(done, asked), asked.add({ hours: 1_000 }))).toBe(false);
  });

  it('forgets the address with the last step, and whom it was about with the last look', () => {
    expect(doneUpTo(steps.length)).not.toHaveProperty('mail');
    expect(JSON.stringify(swept(doneUpTo(steps.length), asked))).not.toMatch(/lrn_|mark/);
  });

  it('edge case 37: begun anew it is told to nobody', () => {
    const { subject } = begun;
    const again = fromTheFirst(doneUpTo(7), { subject, judgedAt: undefined });
    expect(again).toMatchObject({ subject, restored: true, done: [] });
    expect(again).not.toHaveProperty('mail');
    expect(again).not.toHaveProperty('alone');
  });

  it('edge case 37: begun anew it still names children whom it has left with nobody, each once, until the last look', () => {
    const { subject } = begun;
    const [one, other] = ['1', '2'].map((digit) => LearnerId.parse(`lrn_${digit.repeat(26)}`));
    const children = [one, other].filter((id) => id !== undefined);
    const before = { ...begun, alone: children.slice(0, 1) };
    const again = fromTheFirst(before, { subject, judgedAt: undefined, alone: children });
    expect(again.alone).toEqual(children);
    expect(fromTheFirst(again, { subject, judgedAt: undefined }).alone).toEqual(children);
    expect(swept(again, asked)).not.toHaveProperty('alone');
  });

  it('is patient with mails for three hours', () => {
    const hours = (count: number) => isPatient(begun, asked.add({ hours: count }));
    expect([hours(2), hours(3)]).toEqual([true, false]);
  });

  it('edge case 35: no receipt tells of a report, and none names anybody, however far it is', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: steps.length }),
        fc.option(fc.constantFrom(...Waiting.options), { nil: undefined }),
        (count, what) => {
          const seen = what === undefined ? doneUpTo(count) : waiting(doneUpTo(count), what, asked);
          const receipt = Receipt.parse(receiptOf(seen));
          expect(JSON.stringify(receipt)).not.toMatch(/lrn_|mark|village|report/);
          const states = receipt.steps.map(({ state }) => state);
          expect(states.filter((state) => state === 'done')).toHaveLength(count);
          expect(receipt.state).toBe(count === steps.length ? 'done' : 'running');
        },
      ),
    );
  });
});

describe('retention', () => {
  const shorter = village({
    deployment: { ...village().deployment, retention: { audit: 6 } },
  });

  it('is what the region file says, and what is usual where it does not', () => {
    expect(monthsOf(shorter, 'audit')).toBe(6);
    expect(monthsOf(shorter, 'receipts')).toBe(usualRetention.receipts);
  });

  it('counts months in the calendar of the region', () => {
    const end = endOfKeeping(shorter, 'audit', at('2026-08-31T12:00'));
    expect(end.toString()).toBe(at('2027-02-28T12:00').toString());
  });
});
