/** Makes accounts at a SCIM server by the same requests as our worker, so many at once, and nothing else. */
import { accountIdOf } from '../../functions/enrolment/contract.ts';
import { scimAdapter } from '../../functions/provisioning/scim.adapter.ts';
import { LearnerId, newId } from '../../functions/runtime/ids.ts';
import { ProviderId } from '../../regions/schema.ts';

/** What it is told. */
export interface Drive {
  readonly baseUrl: string;
  readonly token: string;
  readonly count: number;
  readonly atOnce: number;
}

const providerId = ProviderId.parse('direct');

async function drive({ baseUrl, token, count, atOnce }: Drive): Promise<number> {
  const adapter = scimAdapter({ baseUrl, token });
  let left = count;
  const begun = performance.now();
  const one = async () => {
    while (left > 0) {
      left -= 1;
      const accountId = accountIdOf(newId(LearnerId, 'lrn'), providerId);
      const known = { accountId, remoteId: undefined, lastRemoteId: undefined, fence: 1 };
      const made = await adapter.create(known, false);
      if (made.kind !== 'done') throw new Error(`the provider said ${made.kind}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
  return performance.now() - begun;
}

process.on('message', async (order: Drive) => process.send?.({ ms: await drive(order) }));
process.send?.({ ready: true });
