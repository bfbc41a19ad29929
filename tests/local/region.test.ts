import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CognitoIdentityProviderClient,
  ConfirmSignUpCommand,
  InitiateAuthCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TemplateError } from '../../local/cloudformation/problems.ts';
import { ControlClient } from '../../local/control/client.ts';
import { bootRegion, type LocalRegion, prepareRegion } from '../../local/region.ts';
import { writeMiniAssembly } from './mini-assembly.ts';

const root = mkdtempSync(join(tmpdir(), 'region-'));
const assembly = writeMiniAssembly(join(root, 'cdk.out'));
const place = { port: 0, region: 'ap-northeast-2' };
afterAll(() => rmSync(root, { recursive: true }));

const boot = (data: string, secret = 'first') =>
  bootRegion({
    ...place,
    ...{ data: join(root, data), assembly, secrets: { 'small/token': secret } },
  });

const sdk = (url: string) => ({
  region: place.region,
  endpoint: `${url}/_aws`,
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});

const put = async (url: string, id: string) =>
  (await fetch(`${url}/things/${id}`, { method: 'PUT' })).status;
const thing = async (url: string, id: string) => (await fetch(`${url}/things/${id}`)).json();

const password = 'correct horse battery staple 1A!';

async function signUp(region: LocalRegion, email: string): Promise<void> {
  const cognito = new CognitoIdentityProviderClient(sdk(region.url));
  const client = { ClientId: region.outputs['ClientId'] ?? '', Username: email };
  await cognito.send(new SignUpCommand({ ...client, Password: password }));
  const [mail] = await new ControlClient(region.url).mails(email);
  const code = /\d{6}/.exec(mail?.text ?? '')?.[0];
  await cognito.send(new ConfirmSignUpCommand({ ...client, ConfirmationCode: code }));
}

async function signIn(region: LocalRegion, email: string): Promise<string> {
  const cognito = new CognitoIdentityProviderClient(sdk(region.url));
  const { AuthenticationResult: tokens } = await cognito.send(
    new InitiateAuthCommand({
      AuthFlow: 'USER_PASSWORD_AUTH',
      ClientId: region.outputs['ClientId'],
      AuthParameters: { USERNAME: email, PASSWORD: password },
    }),
  );
  return tokens?.IdToken ?? '';
}

describe('a region that runs a whole small stack', () => {
  let region: LocalRegion;
  let control: ControlClient;
  beforeAll(async () => {
    region = await boot('whole');
    control = new ControlClient(region.url);
  }, 30_000);
  afterAll(() => region.stop());

  it('serves the API, its functions reach the services, and their secrets', async () => {
    const answer = await fetch(`${region.url}/secret`);
    expect(await answer.json()).toEqual({ secret: 'first' });
  });

  it('needs of an SDK client nothing but the endpoint', async () => {
    const tables = await new DynamoDBClient(sdk(region.url)).send(new ListTablesCommand({}));
    expect(tables.TableNames).toEqual([expect.stringMatching(/^small-Things-/)]);
    const { Attributes: attributes } = await new SQSClient(sdk(region.url)).send(
      new GetQueueAttributesCommand({
        QueueUrl: region.outputs['QueueUrl'],
        AttributeNames: ['All'],
      }),
    );
    expect(attributes?.['FifoQueue']).toBe('true');
  });

  it('gives outputs with its own addresses', () => {
    expect(region.outputs['ApiUrl']).toBe(`${region.url}/things`);
    expect(region.outputs['QueueUrl']).toMatch(/\.fifo$/);
    expect(region.pages.mailbox).toBe(`${region.url}/_local/mailbox`);
  });

  it('carries what was put from the table through the queue to the worker, and settles', async () => {
    expect(await put(region.url, 'a')).toBe(202);
    await control.settle();
    expect(await thing(region.url, 'a')).toEqual({ state: 'done', times: 1 });
    const queues = await control.queues();
    expect(Object.values(queues).map(({ available, inFlight }) => available + inFlight)).toEqual([
      0, 0,
    ]);
  });

  it('settles only when everything has come through', async () => {
    const ids = Array.from({ length: 20 }, (_, index) => `many-${index}`);
    await Promise.all(ids.map((id) => put(region.url, id)));
    await control.settle();
    const states = await Promise.all(ids.map((id) => thing(region.url, id)));
    expect(states).toEqual(ids.map(() => ({ state: 'done', times: 1 })));
  }, 20_000);

  it('signs people up with the code from the mailbox, and lets their tokens in', async () => {
    await signUp(region, 'kim@example.org');
    const token = await signIn(region, 'kim@example.org');
    const me = (headers: Record<string, string>) => fetch(`${region.url}/me`, { headers });
    expect((await me({})).status).toBe(401);
    const answer = await me({ authorization: `Bearer ${token}` });
    expect(await answer.json()).toEqual({ sub: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  });

  it('fires a schedule by hand, and at its time', async () => {
    const [schedule] = await control.schedules();
    expect(schedule).toMatchObject({ name: 'sweep', enabled: true });
    const swept = async () => {
      const lines = await control.logs();
      return lines.filter(({ text }) => text.includes('swept')).length;
    };
    expect(await control.fire('sweep')).toEqual({ ok: true, value: { swept: true } });
    await expect.poll(swept).toBe(1);
    await control.advance(3_600);
    await control.settle();
    await expect.poll(swept).toBe(2);
    expect((await control.schedules())[0]?.next).not.toBe(schedule?.next);
  });

  it('keeps what functions print', async () => {
    await put(region.url, 'printed');
    await expect
      .poll(async () => (await control.logs()).map(({ text }) => text).join('\n'))
      .toContain('accepted printed');
    expect(readFileSync(join(root, 'whole', 'functions.log'), 'utf8')).toMatch(
      /^\[small-ApiFunction-\w+\] .*accepted printed/m,
    );
  });

  it('does once what a lost answer makes its caller do again', async () => {
    const target = 'AmazonSQS';
    const effect = { kind: 'lose-answer' } as const;
    await control.addFault({ target, operation: 'SendMessage', times: 1, effect });
    await put(region.url, 'lost');
    await expect.poll(async () => (await control.faults())[0]?.applied).toBe(1);
    await control.clearFaults();
    await control.settle();
    // Whatever still waits for its time, a back-off or a visibility, has had it after two minutes.
    await control.advance(120);
    await control.settle();
    expect(await thing(region.url, 'lost')).toEqual({ state: 'done', times: 1 });
  });

  it('is for one process only, and says so', async () => {
    await expect(boot('whole')).rejects.toThrow(/in use by another local region \(process \d+\)/);
    expect(await control.health()).toBe('ready');
  });

  it('stops at once and goes on where it was: tables, people, mails, clock', async () => {
    const { offsetSeconds } = await control.advance(7_200);
    const mails = await control.mails();
    const began = performance.now();
    await region.stop();
    // 0.4 s on a machine that does nothing else.
    expect(performance.now() - began).toBeLessThan(2_500);

    region = await boot('whole', 'second');
    control = new ControlClient(region.url);
    await control.settle();
    expect((await control.clock()).offsetSeconds).toBe(offsetSeconds);
    expect(await control.mails()).toEqual(mails);
    expect(await thing(region.url, 'a')).toEqual({ state: 'done', times: 1 });
    expect(await signIn(region, 'kim@example.org')).not.toBe('');
    expect(await (await fetch(`${region.url}/secret`)).json()).toEqual({ secret: 'second' });
  }, 20_000);
});

describe('a region that is killed', () => {
  async function start(data: string): Promise<{ child: ChildProcess; url: string }> {
    const program = join(import.meta.dirname, 'region-process.ts');
    const child = fork(program, [assembly, join(root, data)]);
    const [url] = await once(child, 'message');
    return { child, url: String(url) };
  }

  it('does after the next start what it had accepted', async () => {
    const { child, url } = await start('killed');
    const ids = Array.from({ length: 20 }, (_, index) => `thing-${index}`);
    await Promise.all(ids.map((id) => put(url, id)));
    child.kill('SIGKILL');
    await once(child, 'exit');

    const region = await boot('killed', 'first');
    const control = new ControlClient(region.url);
    // What the killed process had received from the queue comes back when its visibility has ended.
    await control.advance(60);
    await control.settle();
    for (const id of ids) expect(await thing(region.url, id)).toMatchObject({ state: 'done' });
    await region.stop();
  }, 40_000);
});

describe('a region without a data directory', () => {
  it('answers while it boots, takes a template later, and forgets when it stops', async () => {
    const steps: string[] = [];
    const prepared = await prepareRegion({ ...place, progress: (step) => steps.push(step) });
    expect((await fetch(`${prepared.url}/things/a`)).status).toBe(503);
    expect(await new ControlClient(prepared.url).health()).toBe('booting');
    const region = await prepared.deploy({ assembly, secrets: { 'small/token': 'first' } });
    expect(steps).toEqual(['Starting DynamoDB', 'Creating 18 resources']);
    expect(await new ControlClient(region.url).health()).toBe('ready');
    await region.stop();
    await region.stop();
    await expect(fetch(region.url)).rejects.toThrow('fetch failed');
  }, 30_000);

  it('that cannot run its template says all that is wrong, and leaves nothing running', async () => {
    const bad = writeMiniAssembly(join(root, 'bad'), {
      resources: {
        Wall: { Type: 'AWS::EC2::VPC' },
        Queue: { Type: 'AWS::SQS::Queue', Properties: { Colour: { Ref: 'Role' } } },
        Table: { Type: 'AWS::DynamoDB::Table', Properties: { KeySchema: { 'Fn::Cidr': [] } } },
      },
    });
    const prepared = await prepareRegion(place);
    const refused = await prepared
      .deploy({ assembly: bad, secrets: {} })
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(TemplateError);
    expect(String(refused)).toContain('Resources.Wall.Type: AWS::EC2::VPC is not supported');
    expect(String(refused)).toContain('Resources.Queue.Properties.Colour: is not supported');
    expect(String(refused)).toContain('Resources.Table.Properties.KeySchema: Fn::Cidr is not');
    await expect(fetch(prepared.url)).rejects.toThrow('fetch failed');
  }, 30_000);

  it('refuses a stack that is bound to another AWS region', async () => {
    const bound = writeMiniAssembly(join(root, 'bound'), { boundTo: 'eu-west-1' });
    await expect(bootRegion({ ...place, assembly: bound, secrets: {} })).rejects.toThrow(
      'the stack is bound to eu-west-1, but this local region is ap-northeast-2',
    );
  });

  it('can be stopped while it boots', async () => {
    const prepared = await prepareRegion(place);
    const deploying = prepared.deploy({ assembly, secrets: {} }).catch(String);
    await prepared.stop();
    expect(await deploying).toBe('Error: the region was stopped while it was booting');
    await expect(fetch(prepared.url)).rejects.toThrow('fetch failed');
  }, 30_000);

  it('says which port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await expect(prepareRegion({ ...place, port })).rejects.toThrow(`port ${port} is taken`);
    taken.close();
  });
});
