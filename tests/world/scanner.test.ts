import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eicar } from '../../world/scanner.ts';
import { openWorld, type World } from '../../world/world.ts';

let world: World;

beforeAll(async () => {
  const registry = { key: Buffer.alloc(24).toString('base64') };
  world = await openWorld({ providers: [], registry, scanner: { key: 'key-of-the-scanner' } });
});
afterAll(() => world.close());

async function scan(bytes: string, headers: Record<string, string> = {}, path = '/scans') {
  const response = await fetch(`${world.scanner?.url}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${world.scanner?.key}`,
      'content-type': 'application/octet-stream',
      ...headers,
    },
    body: bytes,
  });
  return { status: response.status, body: await response.json() };
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('base64');

describe('a scan', () => {
  it.each([
    ['of a letter', '%PDF-1.7 a letter', 'clean'],
    ['of the EICAR test file', eicar, 'infected'],
    ['of a file that holds it', `%PDF-1.7 ${eicar} %%EOF`, 'infected'],
    ['of nearly the same', eicar.replace('H+H*', 'H+H'), 'clean'],
  ])('%s names the bytes and says %s', async (_of, bytes, result) => {
    expect(await scan(bytes)).toEqual({ status: 200, body: { result, sha256: sha256(bytes) } });
  });

  it('knows the string by the checksum that EICAR publishes of it', () => {
    const md5 = createHash('md5').update(eicar).digest('hex');
    expect([eicar.length, md5]).toEqual([68, '44d88612fea8a8f36de82e1278abb02f']);
  });

  it.each([
    ['without its key', { authorization: '' }, 401],
    ['with another key', { authorization: 'Bearer key' }, 401],
    ['of another content type', { 'content-type': 'application/pdf' }, 415],
  ])('%s is refused', async (_how, headers, status) => {
    expect(await scan('%PDF', headers)).toMatchObject({
      status,
      body: { error: { code: expect.any(String) } },
    });
  });

  it('of more than it takes is refused', async () => {
    expect(await scan('x'.repeat(32 * 1024 * 1024 + 1))).toMatchObject({ status: 413 });
  });

  it('elsewhere is not served', async () => {
    expect(await scan('', {}, '/scan')).toMatchObject({ status: 404 });
  });
});

it('a fault is met on demand, and counted', async () => {
  const control = `${world.url}/control/scanner`;
  const fault = JSON.stringify({ kind: 'status', status: 503, times: 1 });
  const headers = { 'content-type': 'application/json' };
  await fetch(`${control}/faults`, { method: 'POST', headers, body: fault });
  expect([(await scan('one')).status, (await scan('two')).status]).toEqual([503, 200]);
  expect(await (await fetch(`${control}/requests`)).json()).toMatchObject({ disturbed: 1 });
});

it('a world that was opened without one has none', async () => {
  const other = await openWorld({ providers: [], registry: { key: 'a2V5' } });
  expect(other.scanner).toBeUndefined();
  expect((await fetch(`${other.url}/scanner/scans`, { method: 'POST' })).status).toBe(404);
  expect((await fetch(`${other.url}/control/scanner/faults`)).status).toBe(404);
  await other.close();
});
