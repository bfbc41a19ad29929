import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  RestoreSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type OpenSecrets, openSecrets } from './open-secrets.ts';

let region: OpenSecrets;
beforeEach(async () => {
  region = await openSecrets({ given: 'from the boot' });
});
afterEach(() => region.close());

describe('a secret of the template', () => {
  it('has an ARN as Ref, which ends in six characters, and is found by it, its name or part of it', async () => {
    const arn = await region.secret({ Name: 'ladder/provider/one', SecretString: 'value' });
    expect(arn).toMatch(
      /^arn:aws:secretsmanager:ap-northeast-2:000000000000:secret:ladder\/provider\/one-\w{6}$/,
    );
    for (const id of [arn, arn.slice(0, -7), 'ladder/provider/one']) {
      expect(await region.get(id)).toMatchObject({
        ARN: arn,
        Name: 'ladder/provider/one',
        SecretString: 'value',
        VersionStages: ['AWSCURRENT'],
      });
    }
  });

  it('has the value that the boot gives it, before that of the template', async () => {
    await region.secret({ Name: 'given', SecretString: 'from the template' });
    expect((await region.get('given')).SecretString).toBe('from the boot');
  });

  it('without a value answers as at AWS, until one is put', async () => {
    const arn = await region.secret({ Description: 'nothing yet' });
    await expect(region.get('stack-Secret')).rejects.toBeInstanceOf(ResourceNotFoundException);
    await expect(region.get(arn)).rejects.toThrow('staging label: AWSCURRENT');
    const bare = await region.client.send(new DescribeSecretCommand({ SecretId: arn }));
    expect(bare.VersionIdsToStages).toBeUndefined();
    await region.put(arn, 'now');
    expect((await region.get(arn)).SecretString).toBe('now');
  });

  it('describes itself without its value', async () => {
    const SecretId = await region.secret({
      Name: 'described',
      Description: 'what it is for',
      KmsKeyId: 'alias/key',
      SecretString: 'hidden',
      Tags: [{ Key: 'owner', Value: 'region' }],
    });
    const description = await region.client.send(new DescribeSecretCommand({ SecretId }));
    const { VersionId } = await region.get(SecretId);
    expect(description).toMatchObject({
      ARN: SecretId,
      Name: 'described',
      Description: 'what it is for',
      KmsKeyId: 'alias/key',
      Tags: [{ Key: 'owner', Value: 'region' }],
      VersionIdsToStages: { [VersionId ?? '']: ['AWSCURRENT'] },
    });
    expect(description.CreatedDate?.getTime()).toBeLessThanOrEqual(region.context.clock.now());
    expect(JSON.stringify(description)).not.toContain('hidden');
  });

  it.each([
    ['an unknown property', { Colour: 'red' }, 'Colour'],
    ['two values', { SecretString: 'a', GenerateSecretString: {} }, 'exclude each other'],
    ['a name with a space', { Name: 'a b' }, 'may have letters'],
    [
      'a template that is no JSON',
      { GenerateSecretString: { SecretStringTemplate: '{', GenerateStringKey: 'k' } },
      'is not JSON',
    ],
    ['a key without a template', { GenerateSecretString: { GenerateStringKey: 'k' } }, 'together'],
    [
      'a password of nothing',
      { GenerateSecretString: { ExcludeCharacters: 'abc', PasswordLength: 2 } },
      'too short',
    ],
  ])('stops the boot for %s', async (_what, properties, part) => {
    await expect(region.secret(properties)).rejects.toThrow(part);
  });

  it('stops the boot when another has its name', async () => {
    await region.secret({ Name: 'one' }, 'A');
    await expect(region.secret({ Name: 'one' }, 'B')).rejects.toThrow('two secrets one');
  });
});

describe('a generated value', () => {
  it('is a password of 32 characters with one of each type', async () => {
    const value = (await region.get(await region.secret({ GenerateSecretString: {} })))
      .SecretString;
    expect(value).toHaveLength(32);
    for (const type of [/[a-z]/, /[A-Z]/, /[0-9]/, /[^a-zA-Z0-9 ]/]) expect(value).toMatch(type);
  });

  it('can be part of a JSON object', async () => {
    const GenerateSecretString = {
      SecretStringTemplate: '{"user":"admin"}',
      GenerateStringKey: 'password',
      PasswordLength: 12,
    };
    const value = await region.get(await region.secret({ GenerateSecretString }));
    expect(JSON.parse(value.SecretString ?? '')).toEqual({
      user: 'admin',
      password: expect.stringMatching(/^.{12}$/),
    });
  });

  it('has what it must and lacks what it must not, whatever is excluded', async () => {
    let number = 0;
    const characters = fc.string({ unit: fc.constantFrom(...'abcXYZ019!"') });
    await fc.assert(
      fc.asyncProperty(
        characters,
        fc.boolean(),
        fc.boolean(),
        fc.integer({ min: 5, max: 40 }),
        async (ExcludeCharacters, ExcludeLowercase, IncludeSpace, PasswordLength) => {
          number += 1;
          const GenerateSecretString = {
            ExcludeCharacters,
            ExcludeLowercase,
            IncludeSpace,
            PasswordLength,
          };
          const id = await region.secret({ Name: `s${number}`, GenerateSecretString });
          const value = (await region.get(id)).SecretString ?? '';
          expect(value).toHaveLength(PasswordLength);
          expect([...value].filter((one) => ExcludeCharacters.includes(one))).toEqual([]);
          expect(/[a-z]/.test(value)).toBe(!ExcludeLowercase);
          expect(value.includes(' ')).toBe(IncludeSpace);
          expect(value).toMatch(/[A-Z]/);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('putting a value', () => {
  it('makes it current and keeps the one before as previous, and no older one', async () => {
    await region.secret({ Name: 's', SecretString: '1' });
    const second = await region.put('s', '2');
    await region.put('s', '3');
    expect((await region.get('s')).SecretString).toBe('3');
    const previous = await region.get('s', { VersionStage: 'AWSPREVIOUS' });
    expect(previous).toMatchObject({ SecretString: '2', VersionStages: ['AWSPREVIOUS'] });
    expect((await region.get('s', { VersionId: second.VersionId })).SecretString).toBe('2');
    const { VersionIdsToStages } = await region.client.send(
      new DescribeSecretCommand({ SecretId: 's' }),
    );
    expect(
      Object.values(VersionIdsToStages ?? {})
        .flat()
        .sort(),
    ).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
  });

  it('under another label leaves the current one', async () => {
    await region.secret({ Name: 's', SecretString: '1' });
    await region.put('s', '2', { VersionStages: ['AWSPENDING'] });
    await region.put('s', '3', { VersionStages: ['AWSPENDING'] });
    expect((await region.get('s')).SecretString).toBe('1');
    expect((await region.get('s', { VersionStage: 'AWSPENDING' })).SecretString).toBe('3');
  });

  it('of bytes gives bytes', async () => {
    await region.secret({ Name: 's' });
    const SecretBinary = new Uint8Array([0, 1, 255]);
    await region.client.send(new PutSecretValueCommand({ SecretId: 's', SecretBinary }));
    const got = await region.get('s');
    expect(got.SecretBinary).toEqual(SecretBinary);
    expect(got.SecretString).toBeUndefined();
  });

  it('twice under one token is once, and a refusal when the value differs', async () => {
    await region.secret({ Name: 's' });
    const ClientRequestToken = 'a'.repeat(32);
    const first = await region.put('s', '1', { ClientRequestToken });
    const again = await region.put('s', '1', { ClientRequestToken });
    expect(again.VersionId).toBe(first.VersionId);
    await expect(region.put('s', '2', { ClientRequestToken })).rejects.toBeInstanceOf(
      ResourceExistsException,
    );
    expect((await region.get('s')).SecretString).toBe('1');
  });
});

describe('a secret that a request makes', () => {
  const make = (Name: string, SecretString: string) =>
    region.client.send(new CreateSecretCommand({ Name, SecretString, Description: 'for a while' }));
  const drop = (SecretId: string) =>
    region.client.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));

  it('is read, put and described as the template’s are, and is gone once it was deleted', async () => {
    const { VersionId } = await make('made', 'first');
    expect(await region.get('made')).toMatchObject({ SecretString: 'first', VersionId });
    await region.put('made', 'second');
    expect((await region.get('made')).SecretString).toBe('second');
    const described = await region.client.send(new DescribeSecretCommand({ SecretId: 'made' }));
    expect(described.Description).toBe('for a while');
    await drop('made');
    await expect(region.get('made')).rejects.toBeInstanceOf(ResourceNotFoundException);
    await make('made', 'third');
    expect((await region.get('made')).SecretString).toBe('third');
  });

  it('cannot take a name that is taken; that there is none to delete is as good', async () => {
    await region.secret({ Name: 's', SecretString: '1' });
    await make('made', 'first');
    for (const name of ['s', 'made'])
      await expect(make(name, 'x')).rejects.toBeInstanceOf(ResourceExistsException);
    await drop('nowhere');
    await expect(drop('s')).rejects.toMatchObject({ name: 'InvalidRequestException' });
  });
});

describe('refusals', () => {
  it('are typed for a secret that is not there', async () => {
    for (const request of [
      region.get('none'),
      region.put('none', 'x'),
      region.client.send(new DescribeSecretCommand({ SecretId: 'none' })),
    ]) {
      await expect(request).rejects.toBeInstanceOf(ResourceNotFoundException);
      await expect(request).rejects.toThrow('none');
    }
  });

  it('name operations and parameters that are not emulated', async () => {
    await region.secret({ Name: 's', SecretString: '1' });
    await expect(
      region.client.send(new RestoreSecretCommand({ SecretId: 's' })),
    ).rejects.toMatchObject({
      name: 'UnsupportedOperation',
      message: expect.stringContaining('RestoreSecret'),
    });
    await expect(region.put('s', 'x', { RotationToken: 'r'.repeat(36) })).rejects.toThrow(
      'RotationToken',
    );
    await expect(region.put('s', 'x', { SecretBinary: new Uint8Array(1) })).rejects.toThrow(
      'not both',
    );
  });
});
