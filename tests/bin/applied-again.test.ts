import { describe, expect, it } from 'vitest';
import { holdingsOf } from '../../bin/export/holdings.ts';
import { deleteAgain } from '../../bin/restore/again.ts';
import { scripted } from './scripted-aws.ts';

const job = 'POST /2015-03-31/functions/deletions/invocations';
const outputs = { TableIdentity: 'identity', DeletionFunction: 'deletions' };
const others = { PapersBucket: 'papers', PublicPoolId: 'public', StaffPoolId: 'staff' };
const holdings = holdingsOf('ladder-taebaek', { ...outputs, ...others });
const enteredAt = '2026-03-05T00:00:00.000Z';

describe('edge case 37: entries of a ledger that are applied again', () => {
  it('given that one does not come to its end: what the others have left is told all the same', async () => {
    const answer = '{"state":"others","alone":["lrn_1","lrn_2"]}';
    const deletions = [{ learnerId: 'lrn_1', enteredAt }];
    const asked = scripted({ [job]: [200, answer] }, ({ clients }) =>
      deleteAgain(clients.lambda, holdings, deletions, { rounds: 2, interval: 1 }),
    );
    await expect(asked).rejects.toMatchObject({ code: 'deletion-stuck' });
    // Whom the ledger names is deleted by an entry of their own.
    await expect(asked).rejects.toThrow(/without a login.*: lrn_2\. /);
  });

  it('given one that is a release: the job is told so', async () => {
    const release = { learnerId: 'lrn_1', sub: 'sub-1', release: true as const, enteredAt };
    await scripted({ [job]: [200, '{"state":"done"}'] }, async ({ clients, sent }) => {
      await deleteAgain(clients.lambda, holdings, [{ ...release, deletionId: 'del_1' }]);
      expect(sent.map((body) => JSON.parse(body))).toEqual([release]);
    });
  });
});
