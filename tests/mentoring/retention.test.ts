import { beforeAll, describe, expect, it } from 'vitest';
import { holdStore } from '../../functions/mentoring/hold.store.ts';
import { NoteId } from '../../functions/mentoring/note.contract.ts';
import { noteStore } from '../../functions/mentoring/note.store.ts';
import { transact } from '../../functions/runtime/dynamodb.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { loadHandler } from '../runtime/handlers.ts';
import { concern } from './concerned.ts';
import {
  ask,
  mentored,
  newPair,
  openMentoring,
  type Pair,
  routes,
  setTime,
} from './mentorships.ts';

const cloud = openMentoring();
const notes = noteStore('mentoring');
const holds = holdStore('mentoring');

let look: (event: object, context: object) => Promise<void>;
beforeAll(async () => {
  look = await loadHandler('mentoring/due.job', { '#region': mentored });
});
const lookAt = (moment: string) => {
  setTime(moment);
  return look({}, { getRemainingTimeInMillis: () => 300_000 });
};

/** The midnight that ends the ninetieth day after the second of June, in the village. */
const over = '2025-08-31T15:00:00Z';

/** A mentorship that ended on the second of June, with plan, feedback and so many notes. */
async function endedPair(count: number): Promise<Pair> {
  setTime('2025-06-02T00:00:00Z');
  const pair = await newPair();
  const plan = { goals: 'Fractions.', steps: [] };
  await ask(pair, routes.writePlan, { body: plan });
  await ask(pair, routes.writeFeedback, { body: { score: 4 } });
  const rows = Array.from({ length: count }, () => {
    const note = { noteId: newId(NoteId, 'nte'), at: '2025-06-02T00:00:00.000Z' };
    const [row] = notes.createNote(pair.mentorshipId, { ...note, forLearner: 'Well done.' });
    return row ?? [];
  });
  await transact(rows.flat());
  await ask(pair, routes.leaveMentorship);
  return pair;
}

async function kept({ mentorshipId }: Pair) {
  const [plan, feedback, page] = await Promise.all([
    notes.readPlan(mentorshipId),
    notes.readFeedback(mentorshipId),
    notes.listNotes(mentorshipId, { limit: 100 }),
  ]);
  const others = [plan, feedback.learner, feedback.mentor].filter((one) => one !== undefined);
  return { notes: page.notes.length, others: others.length };
}

describe('given a mentorship that has ended', () => {
  it('plan, notes and feedback are deleted when the policy says, not a moment before', async () => {
    const pair = await endedPair(60);
    await lookAt('2025-08-31T14:59:59Z');
    expect(await kept(pair)).toEqual({ notes: 60, others: 2 });
    await lookAt(over);
    expect(await kept(pair)).toEqual({ notes: 0, others: 0 });
    const asked = cloud().asked('TransactWriteItems');
    await lookAt('2025-09-10T00:00:00Z');
    expect(cloud().asked('TransactWriteItems')).toBe(asked);
  });

  it('what dies between two pages is gone on with', async () => {
    const pair = await endedPair(60);
    let writes = 0;
    cloud().disturb(async (operation) => {
      if (operation !== 'TransactWriteItems') return undefined;
      writes += 1;
      if (writes < 2) return undefined;
      const headers = { 'content-type': 'application/x-amz-json-1.0' };
      const body = JSON.stringify({ __type: 'ValidationException', message: 'killed' });
      return { reply: { status: 400, headers, body } };
    });
    await expect(lookAt(over)).rejects.toThrow('could not be looked at');
    cloud().disturb(undefined);
    const { notes: left } = await kept(pair);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(60);
    await lookAt(over);
    expect(await kept(pair)).toEqual({ notes: 0, others: 0 });
  });

  it.each(['learnerId', 'mentorId'] as const)(
    'edge case 35: deletion waits while a report concerns the %s',
    async (who) => {
      const pair = await endedPair(1);
      await concern(pair[who]);
      await lookAt(over);
      expect(await kept(pair)).toEqual({ notes: 1, others: 2 });
      const held = await holds.read(pair[who]);
      await transact([holds.change({ ...held.hold, concerned: [] }, held, over)]);
      await lookAt('2025-09-01T14:59:59Z');
      expect(await kept(pair)).toEqual({ notes: 1, others: 2 });
      await lookAt('2025-09-01T15:00:00Z');
      expect(await kept(pair)).toEqual({ notes: 0, others: 0 });
    },
  );

  it('edge case 37: deletion waits for no report that stayed with the region that a copy was taken out of', async () => {
    const pair = await endedPair(1);
    await concern(pair.mentorId, 'elsewhere');
    await lookAt(over);
    expect(await kept(pair)).toEqual({ notes: 0, others: 0 });
  });
});
