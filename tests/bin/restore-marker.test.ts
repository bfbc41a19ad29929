import { marshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, it } from 'vitest';
import { holdingsOf } from '../../bin/export/holdings.ts';
import { markerIn } from '../../bin/restore/marker.ts';
import { scripted } from './scripted-aws.ts';

const holdings = holdingsOf('ladder-taebaek', {
  TableIdentity: 'identity',
  PapersBucket: 'papers',
  PublicPoolId: 'public',
  StaffPoolId: 'staff',
});

describe('a copy that is to be filled', () => {
  const from = 's3://archive/today';
  const moment = '2026-03-02T01:15:29.000Z';
  const marker = (state: string, at = from) => ({
    Item: marshall({
      pk: 'RESTORE',
      sk: 'RESTORE',
      from: at,
      moment,
      state,
      loaded: new Set(['a']),
    }),
  });
  const rows = (...keys: string[]) => ({
    Items: keys.map((key) => marshall({ pk: key.split(' ')[0], sk: key.split(' ')[1] })),
  });
  const look = (found: object, scanned: object = rows()) =>
    scripted(
      {
        GetItem: [200, JSON.stringify(found)],
        Scan: [200, JSON.stringify(scanned)],
      },
      async ({ clients, asked }) => {
        const standing = await markerIn(clients.dynamodb, holdings, 'a-run').look(from, moment);
        return { standing, asked };
      },
    );

  it.each([
    ['that holds a learner', {}, rows('LEARNER#lrn_1 PROFILE')],
    ['that was filled from elsewhere', marker('done', 's3://archive/other'), rows()],
  ])('given one %s: refused before anything is changed', async (_what, found, scanned) => {
    await expect(look(found, scanned)).rejects.toMatchObject({ code: 'tables-not-empty' });
  });

  it('given one with nothing but what each copy makes for itself: it can be begun', async () => {
    const { standing, asked } = await look({}, rows('POLICIES AGES', 'CLAIM#s#k ANSWER'));
    expect(standing).toBeUndefined();
    expect(asked).toEqual(['GetItem', 'Scan']);
  });

  it('given one that this restore began or ended: goes on, or has nothing to do', async () => {
    const begun = await look(marker('loading'));
    expect(begun).toEqual({
      standing: { state: 'loading', loaded: new Set(['a']), leftOut: undefined },
      asked: ['GetItem'],
    });
    expect((await look(marker('done'))).standing).toMatchObject({ state: 'done' });
  });
});
