import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openWorld } from '../../world/world.ts';
import { ask, scimClient } from './scim-client.ts';
import { registryKey } from './signed.ts';
import { sendWish } from './wish.ts';

const forge = { id: 'forge', kind: 'webhook', key: registryKey } as const;

const Address = z.object({
  url: z.string(),
  providers: z.record(z.string(), z.object({ baseUrl: z.string(), token: z.string() })),
});

let directory: string;
const running: ChildProcess[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'world-'));
});
afterEach(async () => {
  for (const child of running.splice(0)) await kill(child);
  await rm(directory, { recursive: true });
});

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

async function stand() {
  const script = join(import.meta.dirname, 'standing-world.ts');
  const child = spawn(process.execPath, [script, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.push(child);
  for await (const line of createInterface({ input: child.stdout })) {
    const { url, providers } = Address.parse(JSON.parse(line));
    const party = providers['math-house'];
    if (party !== undefined) return { child, url, party, client: scimClient(party) };
  }
  throw new Error('the process ended before it said where it is');
}

// One process and its successor for all three: each takes half a second of a processor to start.
describe('a world that is killed', () => {
  it('keeps what it answered for: every account, and no userName twice; ids, changes and deletions, at a new address; the people who were added to the registry, and changes to its sample', async () => {
    const first = await stand();
    const suspended = await first.client.have({ userName: 'suspended' });
    const deleted = await first.client.have({ userName: 'deleted' });
    await first.client.patch(suspended.id, { op: 'replace', path: 'active', value: false });
    await first.client.remove(deleted.id);
    const people = [
      { name: '고은별', birthDate: '2013-01-05', groups: ['low-income'] },
      { name: '한가온', birthDate: '2009-03-14', groups: [] },
    ];
    await ask(`${first.url}/control/registry/people`, 'PUT', { people });

    const answered: string[] = [];
    const create = async (n: number) => {
      const { status } = await first.client.create({ userName: `u${n}`, externalId: `L${n}` });
      if (status === 201) answered.push(`L${n}`);
      if (answered.length === 40) first.child.kill('SIGKILL');
    };
    // Those under way when the process dies get no answer.
    await Promise.allSettled(Array.from({ length: 80 }, (_, n) => create(n)));
    await kill(first.child);

    const second = await stand();
    const { Resources } = await second.client.find({ count: '200' });
    const kept = Resources.flatMap(({ externalId }) => externalId ?? []);
    expect(answered.length).toBeGreaterThanOrEqual(40);
    expect(kept).toEqual(expect.arrayContaining(answered));
    expect(new Set(kept).size).toBe(kept.length);
    expect((await second.client.create({ userName: 'u0' })).status).toBe(409);

    expect((await second.client.get(suspended.id)).body).toMatchObject({
      userName: 'suspended',
      active: false,
      meta: { location: `${second.party.baseUrl}/Users/${suspended.id}` },
    });
    expect((await second.client.get(deleted.id)).status).toBe(404);

    const { body } = await ask(`${second.url}/control/registry/people`);
    expect(body).toEqual(expect.arrayContaining(people));
  });
});

describe('a world that was closed', () => {
  it('knows afterwards what was wanted last, and which messages it has taken', async () => {
    const around = { providers: [forge], registry: { key: 'key' }, directory };
    const before = await openWorld(around);
    await sendWish(before, 'active', 1);
    await sendWish(before, 'none', 3, 'msg_1');
    await before.close();
    const after = await openWorld(around);
    expect((await sendWish(after, 'active', 2)).status).toBe(200);
    expect((await sendWish(after, 'active', 4, 'msg_1')).status).toBe(422);
    expect((await ask(`${after.url}/control/providers/forge/accounts`)).body).toEqual([]);
    await after.close();
  });
});

describe('a directory of another version', () => {
  it('of an older one is taken over: people without income stay as they are', async () => {
    const database = new DatabaseSync(join(directory, 'world.db'));
    database.exec(`
      CREATE TABLE account (position INTEGER PRIMARY KEY AUTOINCREMENT, provider TEXT NOT NULL,
        id TEXT NOT NULL, user_key TEXT NOT NULL, external_id TEXT, document TEXT NOT NULL,
        created TEXT NOT NULL, modified TEXT NOT NULL, UNIQUE (provider, id),
        UNIQUE (provider, user_key)) STRICT;
      CREATE TABLE person (name TEXT NOT NULL, birth_date TEXT NOT NULL, groups TEXT NOT NULL,
        PRIMARY KEY (name, birth_date)) STRICT, WITHOUT ROWID;
      INSERT INTO person VALUES ('고은별', '2013-01-05', '["low-income"]');
      PRAGMA user_version = 1`);
    database.close();
    const world = await openWorld({ providers: [forge], registry: { key: 'key' }, directory });
    const { body } = await ask(`${world.url}/control/registry/people`);
    expect((await sendWish(world, 'active', 1)).status).toBe(200);
    await world.close();
    expect(body).toContainEqual({
      name: '고은별',
      birthDate: '2013-01-05',
      groups: ['low-income'],
    });
  });

  it('is refused with the file’s name, and nothing is changed in it', async () => {
    const file = join(directory, 'world.db');
    const database = new DatabaseSync(file);
    database.exec('PRAGMA user_version = 99');
    database.close();
    const opening = openWorld({ providers: [], registry: { key: 'key' }, directory });
    await expect(opening).rejects.toThrow(`${file} has layout 99`);
  });
});
