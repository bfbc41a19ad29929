import { afterAll, beforeAll, expect, it } from 'vitest';
import { LearnerId } from '../../functions/identity/contract.ts';
import { askKeeper, KeeperFailed } from '../../functions/privacy/keeper.adapter.ts';
import { Erased } from '../../functions/privacy/keeper.contract.ts';
import { Busy, Unavailable } from '../../functions/runtime/errors.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { functionsOf } from '../runtime/functions.ts';

const heard: unknown[] = [];
let cloud: Cloud;
beforeAll(async () => {
  const throwing = (error: Error) => async () => {
    throw error;
  };
  cloud = await openCloud(
    functionsOf({
      well: async (event) => {
        heard.push(event);
        return { kind: 'waits', for: 'providers' };
      },
      failing: throwing(new TypeError('김하늘 has no place')),
      busy: throwing(new Busy()),
      away: throwing(new Unavailable()),
      other: async () => ({ kind: 'waits', for: '김하늘', since: '2025' }),
      silent: async () => undefined,
    }),
  );
  process.env['AWS_MAX_ATTEMPTS'] = '1';
});
afterAll(() => cloud.close());

const subject = { learnerId: newId(LearnerId, 'lrn') };
const erase = (keeper: string) =>
  askKeeper(keeper, { ask: 'erase', subject, judgedAt: undefined }, Erased);

it('given a keeper that answers, then what it says is taken, and it was told what was asked', async () => {
  expect(await erase('well')).toEqual({ kind: 'waits', for: 'providers' });
  expect(heard).toEqual([{ ask: 'erase', subject }]);
});

it.each([
  ['has failed', 'failing', 'failing failed: TypeError. Its own log says more.'],
  ['has found others at the same rows', 'busy', 'busy failed: Busy. Its own log says more.'],
  [
    'says what was not agreed',
    'other',
    'other failed: an answer of another shape: for (invalid_value),  (unrecognized_keys). Its own log says more.',
  ],
  [
    'says nothing',
    'silent',
    'silent failed: an answer of another shape:  (invalid_type). Its own log says more.',
  ],
])(
  'given a keeper that %s, then that is said by a name, and of its words none goes on',
  async (_, keeper, message) => {
    const error = await erase(keeper).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(KeeperFailed);
    expect(error).toMatchObject({ code: 'keeper-failed', message });
  },
);

it('given a keeper whose services are away, then whoever asked may ask again', async () => {
  await expect(erase('away')).rejects.toBeInstanceOf(Unavailable);
});

it('given no such function, then the refusal is Lambda’s', async () => {
  await expect(erase('nobody')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});
