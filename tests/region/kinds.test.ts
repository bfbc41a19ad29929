import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enrolment } from '../../functions/enrolment/contract.ts';
import { launch, type WayIn } from '../../functions/launch/contract.ts';
import { provisioning } from '../../functions/provisioning/contract.ts';
import { ProviderId, type ProviderKind, providerKinds } from '../../regions/schema.ts';
import { formIn, send, visit } from '../launch/browser.ts';
import { granted } from '../people.ts';
import { until } from '../until.ts';
import { people, world } from './people.ts';

const { choose, giveBack, listMine } = enrolment.routes;
const { listTasks, settleTask, importVouchers, showPool } = provisioning.routes;
const { api: office } = people.administrator;

/** A learner's account at a provider. */
interface Seat {
  readonly providerId: ProviderId;
  readonly accountId: string;
}

/** A provider's kind, as those live it who have to do with it. */
interface Life {
  readonly kind: ProviderKind;
  readonly providerId: string;
  readonly place: 'subject' | 'reading';
  /** What somebody has to do once it was chosen, or given back; absent: it comes by itself. */
  readonly see?: (seat: Seat, asked: 'create' | 'delete') => Promise<void>;
  /** How a learner gets in by what a launch answered. */
  readonly getIn: (way: WayIn, seat: Seat) => Promise<void>;
  /** Whether the account is there, asked where it is. */
  readonly isThere: (seat: Seat) => Promise<boolean>;
}

/** The page at the end of an address that was given. */
async function pageAt(way: WayIn) {
  if (way.kind !== 'open') throw new Error(`nothing to open: ${way.kind}`);
  return visit(way.url);
}
const welcome = { status: 200, text: expect.stringContaining('Welcome') };
const onePage = async (way: WayIn) => expect(await pageAt(way)).toMatchObject(welcome);
const hasAccount = async ({ providerId, accountId }: Seat) =>
  (await world.accountsOf(providerId, accountId)).some(({ active }) => active);

async function taskOf({ providerId, accountId }: Seat) {
  const query = { limit: 100 };
  const { tasks } = granted(await office(listTasks, { params: { providerId }, query }));
  return tasks.find((task) => task.accountId === accountId);
}

const pool = async ({ providerId }: Seat) =>
  granted(await office(showPool, { params: { providerId } }));

const lives: readonly Life[] = [
  {
    ...{ kind: 'scim', providerId: 'evergreen', place: 'subject' },
    getIn: onePage,
    isThere: hasAccount,
  },
  {
    ...{ kind: 'webhook', providerId: 'harbour-light', place: 'subject' },
    getIn: onePage,
    isThere: hasAccount,
  },
  {
    ...{ kind: 'lti', providerId: 'riverbank', place: 'subject' },
    getIn: async (way) =>
      expect(await send(formIn((await pageAt(way)).text))).toMatchObject(welcome),
    isThere: async ({ providerId, accountId }) =>
      (await world.memberships(providerId)).includes(accountId),
  },
  {
    ...{ kind: 'voucher', providerId: 'paper-boat', place: 'reading' },
    see: async (seat, asked) => {
      if (asked === 'delete') return;
      await until(async () => (await taskOf(seat))?.reason === 'pool-dry');
      const { providerId } = seat;
      const added = await office(importVouchers, { params: { providerId }, text: 'BOAT-1\n' });
      expect(granted(added)).toMatchObject({ imported: 1 });
    },
    getIn: async (way) =>
      expect(way).toEqual({
        kind: 'redeem',
        url: 'https://paper-boat.example/redeem',
        code: 'BOAT-1',
      }),
    // Its codes are void once they were given: whoever had one may have redeemed it.
    isThere: async (seat) => {
      const { given, void: over } = await pool(seat);
      expect(given + over).toBe(1);
      return given === 1;
    },
  },
  {
    ...{ kind: 'manual', providerId: 'village-hall', place: 'subject' },
    see: async (seat, asked) => {
      await until(async () => (await taskOf(seat))?.asked === asked);
      const task = await taskOf(seat);
      expect(task).toMatchObject({ asked, reason: 'by-hand' });
      const remoteId = asked === 'create' ? { remoteId: 'hall-12' } : {};
      const body = { fence: task?.fence ?? 0, outcome: 'done', ...remoteId } as const;
      const params = settleTask.params.parse(seat);
      expect(await office(settleTask, { params, body })).toMatchObject({ status: 204 });
    },
    getIn: async (way) =>
      expect(way).toEqual({
        kind: 'sign-in',
        account: 'hall-12',
        url: 'https://village-hall.example/courses',
      }),
    // Nobody but a person knows: it is gone when nothing of it is left to do.
    isThere: async (seat) => (await taskOf(seat)) !== undefined,
  },
];

// It tells how each wish ended when we have long had its answer.
beforeAll(() => world.setMode('harbour-light', 'later'));
afterAll(() => world.setMode('harbour-light', 'at-once'));

it('each kind of provider is lived here', () => {
  expect(lives.map(({ kind }) => kind).sort()).toEqual([...providerKinds].sort());
});

describe.each(lives)('given a provider of kind $kind', ({ providerId, place, ...life }) => {
  const params = { place };

  it('a place there is chosen, becomes active, is a way in, and leaves nothing when it is given back', async () => {
    const adult = { birthDate: '1988-09-30', stage: 'lifelong' } as const;
    const { api } = await people.newApprovedLearner(adult, 'resident');
    const stateOf = async () =>
      granted(await api(listMine, {})).enrolments.find((one) => one.place === place)?.state;
    const enter = () => api(launch.routes.open, { params });

    const body = { providerId: ProviderId.parse(providerId) };
    const chosen = granted(await api(choose, { params, body }));
    const seat = { providerId: body.providerId, accountId: chosen.accountId };
    if (life.see !== undefined) {
      expect(await enter()).toMatchObject({ status: 409, problem: { code: 'place-pending' } });
      await life.see(seat, 'create');
    }
    await until(async () => (await stateOf()) === 'active');
    await life.getIn(granted(await enter()), seat);
    if (life.kind !== 'manual') expect(await life.isThere(seat)).toBe(true);

    expect(await api(giveBack, { params })).toMatchObject({ ok: true });
    expect(await enter()).toMatchObject({ status: 409, problem: { code: 'place-empty' } });
    await life.see?.(seat, 'delete');
    await until(async () => !(await life.isThere(seat)));
  });
});
