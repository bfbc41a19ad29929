import { describe, expect, it } from 'vitest';
import type { Account, Listed } from '../../functions/provisioning/contract.ts';
import {
  Reconciliation,
  ReconciliationId,
} from '../../functions/provisioning/reconciliation.contract.ts';
import {
  type Compared,
  finished,
  isDueTonight,
  judge,
  newRun,
  toldOf,
  unsettled,
  woken,
} from '../../functions/provisioning/reconciliation.rules.ts';
import { messagesFor, unsettledProviders } from '../../functions/provisioning/rules.ts';
import { at, village } from '../runtime/village.ts';
import { account, active, failed, mill, pending, row, suspended } from './rows.ts';

const now = at('2025-07-01T03:00');
const there: Listed = { remoteId: 'r1', active: true };
const off: Listed = { remoteId: 'r1', active: false };
const silent: Listed = { remoteId: 'r1' };
const other: Listed = { remoteId: 'r2', active: true };
const offToo: Listed = { remoteId: 'r2', active: false };
const none: readonly Listed[] = [];
const staying = { staysInactive: true };
const known = (state: Account['state'], more: Partial<Account> = {}): Account => ({
  ...account(state),
  ...(['present', 'suspended'].includes(state) && { remoteId: 'r1' }),
  ...more,
});
const rows = {
  active: row({ subject: active }),
  suspended: row({ subject: { ...active, state: 'suspended' } }, {}, suspended),
  none: row({}),
  pending: row({ subject: pending }),
  failed: row({ subject: failed }),
};

describe('given an account of ours and what its provider lists by its id', () => {
  it.each<
    [string, keyof typeof rows, Account, readonly Listed[] | undefined, string, Partial<Compared>?]
  >([
    // As it should be.
    ['there and active', 'active', known('present'), [there], 'fine'],
    ['there, and nobody says whether active', 'active', known('present'), [silent], 'fine'],
    ['there and suspended', 'suspended', known('suspended'), [off], 'fine'],
    ['gone', 'none', known('absent'), none, 'fine'],
    ['ended, and there inactive', 'none', known('absent'), [off], 'fine'],
    ['refused for good', 'failed', known('absent'), none, 'fine'],
    // Theirs is another.
    ['missing', 'active', known('present'), none, 'doubt resume'],
    ['switched off', 'active', known('present'), [off], 'doubt resume'],
    ['another by the same id', 'active', known('present'), [other], 'doubt resume'],
    ['suspended, and missing', 'suspended', known('suspended'), none, 'doubt suspend'],
    ['suspended, and switched on', 'suspended', known('suspended'), [there], 'doubt suspend'],
    ['ended, and there', 'none', known('absent'), [there], 'doubt suspend'],
    ['ended, and there, for all we know', 'none', known('absent'), [silent], 'doubt suspend'],
    [
      'ended where accounts stay, and nobody says whether active',
      ...(['none', known('absent'), [silent], 'fine', staying] as const),
    ],
    [
      'ended where accounts stay, twice',
      ...(['none', known('absent'), [off, offToo], 'fine', staying] as const),
    ],
    [
      'ended where accounts stay, and another is active',
      ...(['none', known('absent'), [off, other], 'doubt suspend', staying] as const),
    ],
    [
      'there, where an earlier one stays',
      ...(['active', known('present'), [offToo, there], 'fine', staying] as const),
    ],
    [
      'suspended, where an earlier one stays',
      ...(['suspended', known('suspended'), [offToo, off], 'fine', staying] as const),
    ],
    [
      'switched off, where an earlier one stays',
      ...(['active', known('present'), [offToo, off], 'doubt resume', staying] as const),
    ],
    [
      'several, where accounts stay',
      ...(['active', known('present'), [there, other], 'several', staying] as const),
    ],
    ['several', 'active', known('present'), [there, other], 'several'],
    ['ended, and several', 'none', known('absent'), [off, other], 'several'],
    // Ours alone.
    ['present, though nobody wants it', 'none', known('present'), [there], 'look'],
    ['present, while its learner is suspended', 'suspended', known('present'), undefined, 'look'],
    ['absent, though wanted', 'active', known('absent'), undefined, 'look'],
    ['begun, and nobody waits for it', 'active', known('creating'), none, 'look'],
    ['being ended, and nobody waits for it', 'none', known('deleting'), undefined, 'look'],
    ['of a provider that lists nothing', 'active', known('present'), undefined, 'fine'],
    // Somebody else's turn.
    ['its learner waits for it', 'pending', known('present'), none, 'fine'],
    [
      'a person looks at it',
      'active',
      known('changing', {
        open: { kind: 'person', reason: 'several-accounts', since: '2025-06-30T00:00:00.000Z' },
      }),
      [there, other],
      'fine',
    ],
    [
      'settled after the list was begun',
      ...(['active', known('present', { changedAt: '2025-07-01T02:00:00.000Z' }), none] as const),
      'fine',
    ],
    [
      'settled before the list was begun',
      ...(['active', known('present', { changedAt: '2025-07-01T00:59:59.999Z' }), none] as const),
      'doubt resume',
    ],
  ])('%s', (_what, places, ours, theirs, expected, more = {}) => {
    const startedAt = '2025-07-01T02:00:00.000Z';
    const compared = { places: rows[places], account: ours, theirs, startedAt, now };
    const verdict = judge({ ...compared, staysInactive: false, ...more });
    const said = verdict.kind === 'doubt' ? ` ${verdict.asked}` : '';
    expect(verdict.kind + said).toBe(expected);
  });

  it('whose learner is not there any more: nothing is done', () => {
    const compared = { places: undefined, account: known('present'), theirs: none, now };
    const verdict = judge({ ...compared, startedAt: '2025-07-01T02:00:00Z', staysInactive: false });
    expect(verdict).toEqual({ kind: 'fine' });
  });
});

describe('given an account that has to be looked at', () => {
  it.each(['active', 'suspended', 'none'] as const)(
    'where it is wanted %s: the learner’s row sends a message, and says so until the worker has looked',
    (wanted) => {
      const before = rows[wanted];
      const next = unsettled(before, mill, now);
      if (next === undefined) throw new Error('it was unsettled before');
      expect(unsettledProviders(next)).toEqual([mill]);
      expect(next.sweepDue).toBe('2025-06-30T18:00:00.000Z');
      expect(messagesFor(before, { ...next, version: next.version + 1 })).toHaveLength(1);
      expect(unsettled(next, mill, now)).toBeUndefined();
    },
  );

  it('a place that failed stays failed', () => {
    const places = { subject: failed, language: active };
    expect(unsettled(row(places), mill, now)?.places).toMatchObject({
      subject: { state: 'failed' },
      language: { state: 'pending' },
    });
  });
});

describe('given a learner who waits', () => {
  const waits = (sweepDue: string, chosenAt: string) =>
    row({ subject: { ...pending, chosenAt } }, {}, { sweepDue });

  it.each([
    ['long, and is due in hours', '2025-06-30T21:00:00.000Z', '2025-06-30T17:00:00.000Z', true],
    ['not long', '2025-06-30T21:00:00.000Z', '2025-06-30T17:00:01.000Z', false],
    ['long, and is due', '2025-06-30T18:00:00.000Z', '2025-06-30T17:00:00.000Z', false],
  ])('%s', (_how, sweepDue, chosenAt, asked) => {
    const next = woken(waits(sweepDue, chosenAt), mill, now);
    expect(next?.sweepDue).toBe(asked ? '2025-06-30T18:00:00.000Z' : undefined);
  });

  it('to lose an account, the same; for another provider, not', () => {
    const [since, sweepDue] = ['2025-06-30T10:00:00.000Z', '2025-06-30T21:00:00.000Z'];
    expect(woken(row({}, { mill: since }, { sweepDue }), mill, now)).toBeDefined();
    expect(woken(row({}, { well: since }, { sweepDue }), mill, now)).toBeUndefined();
  });
});

describe('given a provider that is to be compared', () => {
  const reconciliationId = ReconciliationId.parse(`rcn_${'0'.repeat(26)}`);
  const begun = (provider: object) =>
    newRun(
      { id: mill, kind: 'scim', ...provider },
      { reconciliationId, askedBy: 'staff' },
      undefined,
      now,
    );

  it.each([
    ['by SCIM', {}, 'listing'],
    ['by SCIM, and lists its accounts in pages', { scim: { list: 'pages' } }, 'listing'],
    ['by SCIM, and lists none', { scim: { list: 'no' } }, 'comparing'],
    ['by hand', { kind: 'manual' }, 'comparing'],
  ])('%s: %j begins with %s', (_how, provider, phase) => {
    expect(begun(provider)).toMatchObject({ phase });
  });

  it('whose list was refused: the orphans told are those of the run before', () => {
    const reported = ReconciliationId.parse(`rcn_${'1'.repeat(26)}`);
    const run = { ...begun({}), reported };
    expect(finished(run, now)).toMatchObject({ phase: 'done', reported: reconciliationId });
    const without = { ...run, unlisted: 'status-403', misses: 4, strangers: 100 };
    expect(finished(without, now)).toMatchObject({ reported });
    const told = toldOf(without);
    expect(Reconciliation.parse(told)).toEqual(told);
    expect(told).toMatchObject({ unlisted: 'status-403' });
  });
});

describe('the night', () => {
  it.each([
    ['01:59', undefined, false],
    ['02:00', undefined, true],
    ['05:59', undefined, true],
    ['06:00', undefined, false],
    ['02:00', '2025-06-30T05:59', true],
    ['02:01', '2025-07-01T00:10', false],
    ['05:00', '2025-06-30T23:59', true],
  ])('at %s, where it began last at %s: %s', (time, last, due) => {
    const began = last === undefined ? undefined : at(last).toString();
    expect(isDueTonight(village(), began, at(`2025-07-01T${time}`))).toBe(due);
  });
});
