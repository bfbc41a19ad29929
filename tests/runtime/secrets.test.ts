import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { forgetSecret, readSecret } from '../../functions/runtime/secrets.ts';
import { type Cloud, openCloud } from './cloud.ts';

let cloud: Cloud;
beforeAll(async () => {
  cloud = await openCloud();
});
afterAll(() => cloud.close());

const Access = z.strictObject({ url: z.url(), key: z.string().min(1) });
const access = { url: 'https://registry.village.example', key: 'a-key' };

describe('given a secret', () => {
  it('reads its value once for five minutes, then anew', async () => {
    cloud.secrets.put('kept', access);
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      expect(await readSecret('kept', Access)).toEqual(access);
      cloud.secrets.put('kept', { ...access, key: 'rotated' });
      vi.advanceTimersByTime(299_000);
      expect(await readSecret('kept', Access)).toEqual(access);
      expect(cloud.secrets.reads.get('kept')).toBe(1);
      vi.advanceTimersByTime(2_000);
      expect(await readSecret('kept', Access)).toEqual({ ...access, key: 'rotated' });
    } finally {
      vi.useRealTimers();
    }
  });

  it('reads it anew at once after it was forgotten', async () => {
    cloud.secrets.put('rotated', access);
    await readSecret('rotated', Access);
    cloud.secrets.put('rotated', { ...access, key: 'new' });
    forgetSecret('rotated');
    expect(await readSecret('rotated', Access)).toMatchObject({ key: 'new' });
  });

  it.each([
    ['not JSON', 'secret-word'],
    ['empty', ''],
    ['of another shape', { token: 'secret-word' }],
    ['with a field more', { ...access, password: 'secret-word' }],
  ])('says which is unusable and what to do, and never quotes it: %s', async (what, value) => {
    cloud.secrets.put(what, value);
    const failure = await readSecret(what, Access).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'unusable-secret',
      message: expect.stringContaining(what),
    });
    expect(String(failure)).not.toContain('secret-word');
  });

  it('is not remembered as unusable: once it has its value, it is read', async () => {
    cloud.secrets.put('filled-late', '');
    await expect(readSecret('filled-late', Access)).rejects.toThrow();
    cloud.secrets.put('filled-late', access);
    expect(await readSecret('filled-late', Access)).toEqual(access);
  });

  it('gives one entry of several, whatever the others are, and reads all of them once', async () => {
    cloud.secrets.put('several', { mill: access, well: { url: 'secret-word' }, forge: null });
    expect(await readSecret('several', Access, 'mill')).toEqual(access);
    expect(await readSecret('several', Access, 'mill')).toEqual(access);
    expect(cloud.secrets.reads.get('several')).toBe(1);
    for (const entry of ['well', 'forge', 'moon', 'constructor']) {
      const failure = await readSecret('several', Access, entry).catch((error: unknown) => error);
      expect(failure).toMatchObject({
        code: 'unusable-secret',
        message: expect.stringContaining(`several (${entry})`),
      });
      expect(String(failure)).not.toContain('secret-word');
    }
  });

  it('gives an entry as soon as it is put, though the others are known', async () => {
    cloud.secrets.put('joined', { mill: access });
    await readSecret('joined', Access, 'mill');
    await expect(readSecret('joined', Access, 'well')).rejects.toThrow();
    cloud.secrets.put('joined', { mill: access, well: { ...access, key: 'new' } });
    expect(await readSecret('joined', Access, 'well')).toMatchObject({ key: 'new' });
  });

  it.each(['secret-word', '"secret-word"', '[]', 'null', ''])(
    'has no entry in %s',
    async (value) => {
      cloud.secrets.put('no object', value);
      await expect(readSecret('no object', Access, 'mill')).rejects.toMatchObject({
        code: 'unusable-secret',
      });
    },
  );

  it('fails where there is none', async () => {
    await expect(readSecret('nowhere', Access)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});
