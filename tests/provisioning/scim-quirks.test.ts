import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { accountIdOf } from '../../functions/enrolment/contract.ts';
import { LearnerId } from '../../functions/identity/contract.ts';
import { scimAdapter } from '../../functions/provisioning/scim.adapter.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { ProviderId, ScimQuirks } from '../../regions/schema.ts';
import { openWorld, type World } from '../../world/world.ts';
import { scimOf } from '../world/parties.ts';
import { asking, behavesAsAdapter } from './adapter-contract.ts';
import { openPeculiar, type Peculiar, type Peculiarity, plain } from './peculiar-provider.ts';

const core = 'urn:ietf:params:scim:schemas:core:2.0:User';
const own = 'urn:mill:params:scim:2.0:Pupil';
const newAccount = () => accountIdOf(newId(LearnerId, 'lrn'), ProviderId.parse('mill'));

/** What the region file says of a server, and what the server takes, written out by hand: nothing else is taken. */
const servers: Readonly<Record<string, { quirks: ScimQuirks; takes: Peculiarity }>> = {
  'takes no path in a PATCH': {
    quirks: { patch: 'object' },
    takes: { ...plain, patch: (active) => ({ op: 'replace', value: { active } }) },
  },
  'deletes nobody': {
    quirks: { removal: 'deactivate' },
    takes: { ...plain, deletes: false },
  },
  'has another name for "active"': {
    quirks: { names: { active: 'enabled' } },
    takes: {
      ...plain,
      user: (id, enabled) => ({ schemas: [core], userName: id, externalId: id, enabled }),
      patch: (value) => ({ op: 'replace', path: 'enabled', value }),
    },
  },
  'has another name for "externalId"': {
    quirks: { names: { externalId: 'name.formatted' } },
    takes: {
      ...plain,
      user: (id, active) => ({ schemas: [core], userName: id, name: { formatted: id }, active }),
      filter: (id) => `name.formatted eq "${id}"`,
    },
  },
  'demands what is the same for all': {
    quirks: { constants: { 'name.familyName': 'Ladder', userType: 'pupil' } },
    takes: {
      ...plain,
      user: (id, active) => ({
        ...{ schemas: [core], userName: id, externalId: id, active },
        ...{ name: { familyName: 'Ladder' }, userType: 'pupil' },
      }),
    },
  },
  'does all of it otherwise, by a schema of its own': {
    quirks: {
      removal: 'deactivate',
      patch: 'object',
      names: { active: `${own}:state.open`, externalId: `${own}:number` },
      constants: { [`${own}:school`]: 'Ladder', 'name.familyName': 'Ladder' },
    },
    takes: {
      user: (id, open) => ({
        ...{ schemas: [core, own], userName: id, name: { familyName: 'Ladder' } },
        [own]: { school: 'Ladder', number: id, state: { open } },
      }),
      filter: (id) => `${own}:number eq "${id}"`,
      patch: (open) => ({ op: 'replace', value: { [own]: { state: { open } } } }),
      deletes: false,
    },
  },
};

describe.each(Object.entries(servers))('given a server that %s', (_what, { quirks, takes }) => {
  let server: Peculiar;
  beforeEach(async () => {
    server = await openPeculiar(takes);
  });
  afterEach(() => server.close());
  const ended = takes.deletes ? [] : [{ active: false }];
  const live = [{ active: true }];
  const newcomer = () => {
    const accountId = newAccount();
    const adapter = scimAdapter({ baseUrl: server.url, token: 'token' }, { quirks });
    return { accountId, adapter, ask: asking({ accountId, adapter }) };
  };

  it('edge cases 19, 21 and 22: then an account lives there as anywhere', async () => {
    const { accountId, adapter, ask } = newcomer();
    server.loseAnswer();
    expect(await ask('create')).toEqual({ kind: 'retry', reason: 'no-answer' });
    const made = await ask('create', true);
    expect(made).toEqual({ kind: 'done', remoteId: 'user-1' });
    expect(server.users()).toEqual(live);
    for (const [step, users] of [
      ['suspend', [{ active: false }]],
      ['resume', live],
      ['suspend', [{ active: false }]],
      // A wish for an account that is there, switched off.
      ['create', live],
    ] as const) {
      expect(await ask(step, true), step).toEqual(made);
      expect(server.users(), step).toEqual(users);
    }
    const listed = { remoteId: 'user-1', externalId: accountId, active: true };
    expect(await adapter.list(undefined)).toEqual({ kind: 'listed', accounts: [listed] });
    for (let turn = 0; turn < 2; turn += 1) {
      expect(await ask('end')).toEqual({ kind: 'done' });
      expect(server.users()).toEqual(ended);
    }
    expect(server.refused()).toEqual([]);
  });

  it('edge case 21: then who comes back after the end has one account, and may use it', async () => {
    const { ask } = newcomer();
    for (const step of ['create', 'end', 'create'] as const)
      expect(await ask(step), step).toMatchObject({ kind: 'done' });
    expect(server.users()).toEqual(live);
  });

  it('then it refuses the plain form: without its quirks no account lives there', async () => {
    const accountId = newAccount();
    const ask = asking({
      accountId,
      adapter: scimAdapter({ baseUrl: server.url, token: 'token' }),
    });
    for (const step of ['create', 'suspend', 'resume', 'end'] as const) await ask(step, true);
    expect(server.refused()).not.toEqual([]);
  });
});

describe('given a server that does nothing otherwise', () => {
  it('then it takes the plain form: what the others refuse is what they do otherwise', async () => {
    const server = await openPeculiar(plain);
    try {
      const adapter = scimAdapter({ baseUrl: server.url, token: 'token' });
      const ask = asking({ accountId: newAccount(), adapter });
      for (const step of ['create', 'suspend', 'resume', 'end'] as const)
        expect(await ask(step, true), step).toMatchObject({ kind: 'done' });
      expect(server.refused()).toEqual([]);
    } finally {
      await server.close();
    }
  });
});

describe('given the world’s server, which is of the standard', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({
      providers: [{ id: 'mill', kind: 'scim', token: 'token-of-the-mill' }],
      registry: { key: 'key' },
    });
  });
  afterAll(() => world.close());
  /** What it can serve too; it deletes, and has no other name for "active". */
  const quirks = ScimQuirks.parse({
    patch: 'object',
    names: { externalId: 'nickName' },
    constants: { 'name.familyName': 'Ladder', userType: 'pupil' },
  });
  const Accounts = z.array(z.object({ userName: z.string(), active: z.boolean() }));
  const control = `/control/providers/mill`;

  behavesAsAdapter(
    'scim with quirks',
    () => ({
      newcomer: () => {
        const accountId = newAccount();
        return {
          accountId,
          adapter: scimAdapter(scimOf(world, 'mill'), { quirks }),
          accounts: async () => {
            const response = await fetch(`${world.url}${control}/accounts`);
            return Accounts.parse(await response.json())
              .filter(({ userName }) => userName === accountId)
              .map(({ active }) => ({ active }));
          },
        };
      },
      loseAnswer: async () => {
        await fetch(`${world.url}${control}/faults`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ kind: 'lose-answer', times: 1, methods: ['POST'] }),
        });
      },
      speakingTo: (baseUrl, patience) =>
        scimAdapter({ baseUrl, token: 'token' }, { quirks, patience }),
    }),
    'done',
    { accounts: true, provider: true },
  );
});
