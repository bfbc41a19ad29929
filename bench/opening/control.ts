import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { LearnerId } from '../../functions/identity/contract.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { oneCounter } from '../peers/one-counter.ts';
import type { Store } from './conflict-model.ts';
import type { Day, Desk } from './day.ts';
import { makeTable, readAll } from './tables.ts';

const table = 'seats';

const Row = z.discriminatedUnion('pk', [
  z.strictObject({ pk: z.literal('SEATS'), sk: z.string(), used: z.int() }),
  z.strictObject({ pk: z.literal('LEARNER'), sk: LearnerId }),
]);

/** The control that must fail: as many seats, all in one counter. */
export function control(store: Store, { seats }: Pick<Day, 'seats'>): Desk {
  const take = oneCounter(table, seats);
  return {
    async prepare({ learners }) {
      await makeTable(store, table);
      const comers = Array.from({ length: learners }, (_, index) => ({
        sub: `login-${index}`,
        learnerId: newId(LearnerId, 'lrn'),
      }));
      return { comers, early: [] };
    },
    choose: ({ learnerId }) => take(learnerId),
    async readBooks() {
      const rows = (await readAll(store, table)).map((item) => Row.parse(unmarshall(item)));
      const used = rows.flatMap((row) => (row.pk === 'SEATS' ? [row.used] : []));
      const learners = rows.flatMap((row) => (row.pk === 'LEARNER' ? [row.sk] : []));
      return { capacities: [seats], used, lotOf: new Map(learners.map((one) => [one, 0])) };
    },
  };
}
