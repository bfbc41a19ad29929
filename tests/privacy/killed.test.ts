import { expect, it } from 'vitest';
import { DeletionId, steps } from '../../functions/privacy/contract.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { everything, leave, openHouse, receipt, run, setTime } from './house.ts';
import { endAccount, newPerson, personal } from './persons.ts';

const house = openHouse();

/** What changes rows; a run is killed right after the first of them. */
const writes = ['PutItem', 'UpdateItem', 'DeleteItem', 'TransactWriteItems'];
const killed = {
  status: 400,
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: JSON.stringify({ __type: 'ValidationException', message: 'killed' }),
};

/** Writes that were made before: what does no harm twice is not what a run dies of again. */
const made = new Set<string>();

/** A run whose first new write is made, and its answer lost: then the process is gone. Whether it wrote. */
async function runOneWrite(): Promise<boolean> {
  let count = 0;
  house.cloud().disturb(async (operation, input) => {
    const { ClientRequestToken, ...write } = input;
    // But for when it is made, which is in what says until when something is kept.
    const text = JSON.stringify(write).replaceAll(/"\d{10}"/g, '"seconds"');
    if (!writes.includes(operation) || (count === 0 && made.has(text))) return undefined;
    count += 1;
    if (count === 1) await house.cloud().ask(operation, input);
    made.add(text);
    return { reply: killed };
  });
  await run().catch(() => undefined);
  house.cloud().disturb(undefined);
  return count > 0;
}

it('edge case 36: a deletion that dies after each single write comes to its end all the same', async () => {
  const { learnerId, learner } = await newPerson();
  const deletionId = await leave(learner);
  let wrote = 0;
  for (let turn = 0; turn < 80; turn += 1) {
    setTime(new Date(Date.now() + 600_000).toISOString());
    if (await runOneWrite()) wrote += 1;
    if ((await receipt(deletionId)).waitsFor === 'providers') await endAccount(learnerId);
    if ((await receipt(deletionId)).state === 'done') break;
  }
  const { state, steps: told } = await receipt(deletionId);
  expect([state, told.map(({ step }) => step)]).toEqual(['done', [...steps]]);
  expect(await house.ledger()).toHaveLength(1);
  // Each write of each step was the last of some run.
  expect(wrote).toBeGreaterThan(25);
  setTime(new Date(Date.now() + 27 * 3_600_000).toISOString());
  await run();
  const left = await everything('notices');
  for (const word of personal) expect(left).not.toContain(word);
  // Of the mentor's account of the mentorship only ids are left, and of the trail.
  expect(await everything('notices', 'mentoring', 'audit', 'identity')).not.toContain(learnerId);
});

it('a receipt that was made up is not found', async () => {
  await expect(receipt(newId(DeletionId, 'del'))).rejects.toThrow();
});
