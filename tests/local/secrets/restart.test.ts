import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type OpenSecrets, openSecrets } from './open-secrets.ts';

describe('after a restart on the same data', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'secrets-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Boots, makes the secret, gives its value and its ARN, and stops. */
  async function boot(
    properties: object,
    initial: Record<string, string> = {},
    work: (booted: OpenSecrets) => Promise<unknown> = async () => undefined,
  ) {
    const booted = await openSecrets(initial, join(folder, 'state.sqlite'));
    const arn = await booted.secret({ Name: 's', ...properties });
    const { SecretString, VersionId } = await booted.get(arn);
    await work(booted);
    await booted.close();
    return { arn, value: SecretString, version: VersionId };
  }

  it('a generated value, a put one and the ARN are the same', async () => {
    const generated = { GenerateSecretString: {} };
    const first = await boot(generated);
    const second = await boot(generated, {}, (booted) => booted.put('s', 'put'));
    expect(second).toEqual(first);
    expect((await boot(generated)).value).toBe('put');
  });

  it('a secret that a request made is there, though no template has it', async () => {
    const make = { Name: 'made', SecretString: 'kept' };
    await boot({}, { s: 'x' }, ({ client }) => client.send(new CreateSecretCommand(make)));
    let found: string | undefined;
    await boot({}, {}, async ({ get }) => {
      found = (await get('made')).SecretString;
    });
    expect(found).toBe('kept');
  });

  it('a value that the template changed is the new one', async () => {
    await boot({ SecretString: 'old' });
    expect((await boot({ SecretString: 'new' })).value).toBe('new');
  });

  it('the value that the boot gives is current again, as a new version only when it differs', async () => {
    const initial = { s: 'given' };
    const first = await boot({}, initial);
    const second = await boot({}, initial, (booted) => booted.put('s', 'changed'));
    expect(second.version).toBe(first.version);
    const third = await boot({}, initial);
    expect(third.value).toBe('given');
    expect(third.version).not.toBe(first.version);
  });
});
