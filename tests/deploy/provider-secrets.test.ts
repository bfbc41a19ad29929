import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { carryBefore } from '../../bin/rollout/carry-over.ts';
import type { Change } from '../../bin/rollout/changes.ts';
import { type Clients, clientsFor } from '../../bin/rollout/clients.ts';
import { noValues } from '../../bin/rollout/secrets-file.ts';
import { fillingOf, seed } from '../../bin/rollout/seed.ts';
import { targetOf } from '../../bin/target.ts';
import { loadRegion } from '../../regions/load.ts';
import { FakeAws } from './fake-aws.ts';
import { jsonError } from './fake-replies.ts';

const region = loadRegion('regions/taebaek.yaml');
const [first = '', second = '', third = ''] = region.providers.map(({ id }) => String(id));
const name = 'ladder/taebaek/providers';
const carried = `${name}-carried`;
const scim = (token: string) => ({ baseUrl: 'https://p.example/scim', token });
/** As the stack makes it, and what nobody's entry is. */
const made = { _unfilled: 'generated' };

let aws: FakeAws;
let clients: Clients;
beforeEach(async () => {
  aws = await FakeAws.start();
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'key');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  clients = clientsFor(targetOf('regions/taebaek.yaml', { endpoint: aws.endpoint }));
  hold({ ...made });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await aws.stop();
});

const hold = (entries: object, secret = name) =>
  aws.account.secrets.set(secret, JSON.stringify(entries));
const held = (secret = name): unknown => JSON.parse(aws.account.secrets.get(secret) ?? 'null');
const fill = (providers: Readonly<Record<string, unknown>>, overwrite = false) =>
  seed(clients.secrets, region, { values: { ...noValues, providers }, overwrite });
const puts = () => aws.account.secrets.asked.filter((one) => one === `PutSecretValue ${name}`);

describe('the entries of providers in their one secret', () => {
  it('are put beside those that are there, and are told one by one', async () => {
    hold({ ...made, [first]: scim('old') });
    const { result, text } = await fill({ [first]: scim('new'), [second]: scim('second') });
    expect(held()).toEqual({ ...made, [first]: scim('old'), [second]: scim('second') });
    expect(text).toBe('1 secrets put, 1 kept, 3 without a value');
    expect(result.missing).toContain(`${name} (${third})`);
  });

  it('are replaced only when that is asked for, and those that the file does not have stay', async () => {
    hold({ ...made, [first]: scim('old'), [second]: scim('second') });
    await fill({ [first]: scim('new') }, true);
    expect(held()).toEqual({ ...made, [first]: scim('new'), [second]: scim('second') });
  });

  it('are not written where nothing changes', async () => {
    hold({ ...made, [first]: scim('one') });
    await fill({ [first]: scim('other') });
    await fill({ [first]: scim('one') }, true);
    await fill({});
    expect(puts()).toEqual([]);
  });

  it('are not lost when somebody else puts another one at the same time', async () => {
    const theirs = { ...made, [second]: scim('two') };
    // The version after the one that both have seen has the same name, whoever puts it.
    const following = createHash('sha256').update('after by-hand-0').digest('hex');
    let isFirst = true;
    aws.refuse = ({ headers }) => {
      if (headers['x-amz-target'] === 'secretsmanager.PutSecretValue' && isFirst) {
        isFirst = false;
        aws.account.secrets.set(name, JSON.stringify(theirs), following);
      }
      return undefined;
    };
    await fill({ [first]: scim('one') });
    expect(puts(), 'the first of them was too late').toHaveLength(2);
    expect(held()).toEqual({ ...theirs, [first]: scim('one') });
  });

  it('end in a refusal where somebody else is always quicker', async () => {
    // As another rollout would: its version follows the one that was read.
    aws.refuse = ({ headers }) =>
      headers['x-amz-target'] === 'secretsmanager.PutSecretValue'
        ? jsonError('ResourceExistsException', 'taken', 400)
        : undefined;
    const error: unknown = await fill({ [first]: scim('hush') }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'secret-busy', exitCode: 1 });
    expect(String(error)).toContain(name);
    expect(inspect(error)).not.toContain('hush');
  });

  it('of one provider that are not of its shape are named, and nothing of any value', async () => {
    hold({ ...made, [first]: { token: 'hush' }, [second]: scim('hush') });
    for (const ask of [() => fill({}), () => fillingOf(clients.secrets, region)]) {
      const error: unknown = await ask().catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'secret-unusable' });
      expect(String(error)).toContain(`${name} (${first}) has to hold {"baseUrl":"…"`);
      expect(String(error)).not.toContain(second);
      expect(inspect(error)).not.toMatch(/hush|p\.example/);
    }
    await fill({ [first]: scim('right') }, true);
    expect(held()).toEqual({ ...made, [first]: scim('right'), [second]: scim('hush') });
  });

  it.each(['sk-hush', '"sk-hush"', '{"sk-hush'])(
    'have no place in a secret that holds %s, until somebody overwrites it',
    async (text) => {
      aws.account.secrets.set(name, text);
      await expect(fill({ [first]: scim('one') })).rejects.toMatchObject({
        code: 'secret-unusable',
      });
      await expect(fill({}, true)).rejects.toMatchObject({ code: 'secret-unusable' });
      expect(aws.account.secrets.get(name)).toBe(text);
      await fill({ [first]: scim('one') }, true);
      expect(held()).toEqual({ [first]: scim('one') });
    },
  );

  it('of a provider that has left the region file stay, and are told', async () => {
    hold({ ...made, 'long-gone': scim('theirs') });
    const left = [`${name} (long-gone)`];
    const { facts, lines } = await fill({ [first]: scim('one') });
    expect(facts).toMatchObject({ left });
    expect(lines).toEqual([`of a provider that the region file does not have: ${left[0]}`]);
    expect(await fillingOf(clients.secrets, region)).toMatchObject({ left });
    expect(held()).toMatchObject({ 'long-gone': scim('theirs') });
  });
});

describe('secrets of before 0.2.0, one for each provider', () => {
  const gone: readonly Change[] = [
    { id: 'Access', type: 'AWS::SecretsManager::Secret', how: 'destroy' },
  ];
  const ofBefore = (id: string) => `${name}/${id}`;
  const nowhere = { baseUrl: 'https://p.invalid/scim/v2', token: 'made' };
  beforeEach(() => {
    hold(scim('one'), ofBefore(first));
    aws.account.secrets.set(ofBefore(second), 'no JSON');
    hold(nowhere, ofBefore(third));
  });
  const carry = () => carryBefore(clients.secrets, region, { resources: gone });
  /** What CloudFormation does when the new template comes. */
  const deploy = () => {
    for (const id of [first, second, third]) aws.account.secrets.delete(ofBefore(id));
    hold({ ...made });
  };

  it('are kept before CloudFormation deletes them, and are in the one secret afterwards', async () => {
    expect(await carry()).toBe(2);
    expect(held(carried)).toEqual({ [first]: scim('one'), [second]: 'no JSON' });
    deploy();
    await expect(fill({})).rejects.toMatchObject({ code: 'secret-unusable' });
    expect(held()).toEqual({ ...made, [first]: scim('one'), [second]: 'no JSON' });
    expect(held(carried)).toBeNull();
    const { text } = await fill({ [second]: scim('two') }, true);
    expect(text).toBe('1 secrets put, 1 kept, 3 without a value');
  });

  it('are told of by the status, before as after', async () => {
    hold(scim('two'), ofBefore(second));
    aws.account.secrets.delete(name);
    aws.refuse = ({ body }) =>
      body.includes(`"${name}"`) ? jsonError('ResourceNotFoundException', 'none', 400) : undefined;
    const { missing } = await fillingOf(clients.secrets, region);
    expect(missing.filter((one) => one.startsWith(name))).toEqual([`${name} (${third})`]);
  });

  it('survive a rollout that ends after the deployment: the next brings them where they belong', async () => {
    await carry();
    deploy();
    expect(await fillingOf(clients.secrets, region).then((found) => found.carried)).toBe(carried);
    // The next one sees a stack that is as it shall be.
    expect(await carryBefore(clients.secrets, region, { resources: [] })).toBe(0);
    hold({ ...made, [second]: scim('two') });
    const { text, facts } = await fill({});
    expect(text).toBe('0 secrets put, 2 kept, 3 without a value');
    expect(facts).toMatchObject({ carried: 1 });
    expect(held(carried)).toBeNull();
  });

  it('are taken over once, whatever a rollout that ended between the lines has left', async () => {
    await carry();
    deploy();
    hold({ ...made, [first]: scim('put by hand'), [second]: scim('two') });
    await fill({});
    expect(held()).toEqual({ ...made, [first]: scim('put by hand'), [second]: scim('two') });
    expect(puts()).toEqual([]);
    expect(held(carried)).toBeNull();
  });

  it('are gone once they were taken over, though AWS takes a while to delete them', async () => {
    await carry();
    deploy();
    aws.refuse = ({ headers, body }) =>
      body.includes(carried) && headers['x-amz-target'] === 'secretsmanager.GetSecretValue'
        ? jsonError('InvalidRequestException', 'It was marked for deletion.', 400)
        : undefined;
    const { facts } = await fill({ [second]: scim('two') });
    expect(facts).toMatchObject({ carried: 0 });
    expect(held()).toEqual({ ...made, [second]: scim('two') });
  });

  it('are read anew by the rollout after one that was rolled back', async () => {
    await carry();
    hold(scim('rotated meanwhile'), ofBefore(first));
    hold(scim('two'), ofBefore(second));
    expect(await carry()).toBe(2);
    deploy();
    await fill({});
    expect(held()).toMatchObject({ [first]: scim('rotated meanwhile'), [second]: scim('two') });
  });

  it('come after what a file gives for the same provider only where that overwrites', async () => {
    hold(scim('two'), ofBefore(second));
    await carry();
    deploy();
    await fill({ [first]: scim('of the file'), [third]: scim('three') });
    expect(held()).toMatchObject({ [first]: scim('one'), [third]: scim('three') });
  });

  it('are left alone by a deployment that deletes none', async () => {
    expect(await carryBefore(clients.secrets, region, { resources: [] })).toBe(0);
    expect(aws.account.secrets.asked).toEqual([]);
  });
});
