import { expect, vi } from 'vitest';
import { consentOf } from '../../functions/eligibility/decision.rules.ts';
import { enrolmentStore } from '../../functions/enrolment/store.ts';
import { settle, unsettledProviders } from '../../functions/provisioning/rules.ts';
import { at } from '../runtime/village.ts';
import type { Command, Deed, Order } from './commands.ts';
import { type Bounds, holdsAlways, holdsSettled, justApproved } from './invariants.ts';
import { Life } from './life.ts';
import { allows, people } from './people.ts';
import { type Snapshot, snapshotOf } from './snapshot.ts';
import { type Anew, openTown, type Town } from './town.ts';

export { openTown };

const begin = at('2025-07-01T12:00').epochMilliseconds;

const arrival = (who: number, chooses: boolean) =>
  ({ kind: 'arrives', who, again: false, chooses }) as const;

/** Lives an order of commands in a town of its own, and looks at every row after each. */
export async function live(town: Town, { first, atOnce, choosing, next }: Order): Promise<void> {
  const now = await town.anew(begin);
  const bounds: Bounds = new Map();
  let seen = await snapshotOf(town);
  const life = new Life(town, now, seen);
  const arrivals = first.map((who) => arrival(who, choosing));
  const together = { kind: 'together', deeds: arrivals, backwards: false } as const;
  const order: readonly Command[] = [...(atOnce ? [together] : arrivals), ...next];
  for (const command of order) {
    // No two commands are in one moment.
    vi.setSystemTime(Date.now() + 60_000);
    await take(command, town, now, life);
    const found = await snapshotOf(town);
    holdsAlways(found, seen, bounds);
    if (command.kind !== 'together') consented(found, seen);
    neverWithoutWord(found, life);
    kept(found, life);
    seen = found;
    life.seen = seen;
  }
  now.disorder.calm();
  await settleAll(town, now);
  const last = await snapshotOf(town);
  holdsAlways(last, seen, bounds);
  holdsSettled(last);
}

async function take(command: Command, town: Town, now: Anew, life: Life): Promise<void> {
  const { disorder, followers } = now;
  switch (command.kind) {
    case 'brings':
      return orCrash(now, async () => {
        await followers[command.follower]?.bring(command.row, command.most);
      });
    case 'bringsAll':
      return orCrash(now, async () => {
        await followers[command.follower]?.bringAll();
      });
    case 'bringsAgain':
      return orCrash(now, async () => {
        await followers[command.follower]?.bringAgain(command.row, command.count);
      });
    case 'job':
      return orCrash(now, town.jobs[command.name]);
    case 'settles':
      return orCrash(now, async () => {
        await settleAll(town, now);
        holdsSettled(await snapshotOf(town));
      });
    case 'later':
      vi.setSystemTime(Date.now() + command.days * 86_400_000);
      return;
    case 'provides':
      return orCrash(now, () => provide(life.seen));
    case 'crash':
      disorder.crashAfter(command.after);
      return;
    case 'together': {
      life.crowded = true;
      const works = command.deeds.map((deed: Deed) => () => life.do(deed));
      await disorder.together(works, command.backwards).finally(() => {
        life.crowded = false;
      });
      return;
    }
    default:
      return life.do(command);
  }
}

/** What a trigger or a job throws is its own failure, unless a write was made to fail. */
async function orCrash({ disorder }: Anew, work: () => Promise<void>): Promise<void> {
  const { crashed } = disorder;
  await work().catch((error: Error) => {
    if (disorder.crashed === crashed) throw error;
  });
}

/** The providers' accounts are as a learner's places want them, as provisioning's worker writes it. */
async function provide({ places }: Snapshot): Promise<void> {
  const store = enrolmentStore('enrolment');
  for (const row of places) {
    for (const providerId of unsettledProviders(row)) {
      const next = settle(await store.readPlaces(row.learnerId), providerId, { kind: 'done' });
      if (next !== undefined) await store.keepPlaces(next);
    }
  }
}

/** Brings everything, runs every job, and again, until nothing comes any more. */
async function settleAll(town: Town, now: Anew): Promise<void> {
  for (let round = 0; round < 8; round += 1) {
    let brought = 0;
    for (const follower of now.followers) brought += await follower.bringAll();
    if (round > 0 && brought === 0) return;
    for (const job of Object.values(town.jobs)) await job();
    await provide(await snapshotOf(town));
  }
  expect.fail('changes call forth changes without end');
}

/** What was approved rests on the consent of that moment. */
function consented(seen: Snapshot, before: Snapshot): void {
  for (const { learnerId } of justApproved(seen, before)) {
    const record = seen.learners.find(({ profile }) => profile.learnerId === learnerId);
    expect(record && consentOf(record.profile), 'consent of who was just approved').toBe('given');
  }
}

/** What somebody was told to have is there, or has ended: no write undoes another's. */
function kept({ places, ended }: Snapshot, { promised }: Life): void {
  const filled = places.flatMap((row) => Object.values(row.places));
  const known = new Set<string>([...filled, ...ended].map(({ enrolmentId }) => enrolmentId));
  expect(
    [...promised].filter((id) => !known.has(id)),
    'places that were lost',
  ).toEqual([]);
}

/** Edge case 3: of a child nothing is kept beyond what consent needs, by what its guardians have said. */
function neverWithoutWord(seen: Snapshot, { heard }: Life): void {
  const [child] = people;
  if (child === undefined) throw new Error('there is a child');
  const names: readonly string[] = child.names;
  const record = seen.learners.find(({ profile }) => names.includes(profile.name));
  const traces = seen.identity.filter((row) => JSON.stringify(row).includes(child.login));
  if (record === undefined) {
    expect(JSON.stringify(traces)).not.toMatch(/김하|elementary|river|hill/);
    return;
  }
  const isOwn = /^(own-needed|own-given|not-needed)$/.test(record.profile.consent.state);
  if (isOwn) return;
  const given = record.profile.consent.state === 'granted';
  expect(given, `"${record.profile.consent.state}" against the guardians' words`).toBe(
    allows(heard),
  );
}
