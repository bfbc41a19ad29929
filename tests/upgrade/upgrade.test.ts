import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { eligibility } from '../../functions/eligibility/contract.ts';
import { identity } from '../../functions/identity/contract.ts';
import { MigrationId } from '../../functions/operation/contract.ts';
import { apiClient } from '../../functions/runtime/client.ts';
import { AreaId } from '../../regions/schema.ts';
import { done } from '../bin/told.ts';
import { granted, type People } from '../people.ts';
import { mentoredTown } from '../whole/mentored-town.ts';
import { StaffLogin } from '../whole/staff-login.ts';
import { travelsInTime } from '../whole/time-travel.ts';
import { harbourOf } from './harbour.ts';
import { type Journey, journeys } from './journeys.ts';
import { readsEarlierAnswers } from './lenience.ts';

const Template = z.object({
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
});

/** What holds people's data, and what of it a change of would make it a new one, in which nothing is. */
const lasting: Readonly<Record<string, readonly string[]>> = {
  'AWS::DynamoDB::Table': ['TableName', 'KeySchema', 'LocalSecondaryIndexes'],
  'AWS::S3::Bucket': ['BucketName'],
  'AWS::Cognito::UserPool': [
    'UserPoolName',
    'Schema',
    'UsernameAttributes',
    'AliasAttributes',
    'UsernameConfiguration',
  ],
  'AWS::Cognito::UserPoolClient': ['GenerateSecret', 'ClientName'],
  'AWS::SecretsManager::Secret': ['Name', 'GenerateSecretString'],
};

/** Of release 0.1.0 alone: a secret for each provider, of whose values the one of today has a copy. */
const carriedOver = /^ladder\/harbour\/providers\/./;

/** What a template says of what lasts: by logical id, what may not change. */
function lastingOf(text: string) {
  const { Resources } = Template.parse(JSON.parse(text));
  return Object.fromEntries(
    Object.entries(Resources).flatMap(([id, { Type, Properties }]) => {
      const fixed = lasting[Type];
      if (fixed === undefined || carriedOver.test(String(Properties['Name']))) return [];
      return [[id, { Type, ...Object.fromEntries(fixed.map((name) => [name, Properties[name]])) }]];
    }),
  );
}

/** What a line tells of a migration. */
const Reached = z.object({
  step: z.literal('migrate'),
  migration: MigrationId,
  done: z.boolean(),
  changed: z.int(),
});

type Harbour = Awaited<ReturnType<typeof harbourOf>>;

let harbour: Harbour;
let office: Awaited<ReturnType<typeof officerOf>>;
const travellers = new Map<string, Journey>();
const seen = new Map<string, unknown>();
let outputs: Readonly<Record<string, string>>;
let upgrade: Awaited<ReturnType<Harbour['ladder']>>;

/** An officer, invited as long as the administrator's token lasts; signs in whenever they are needed. */
async function officerOf(people: People) {
  const email = `officer-${randomBytes(6).toString('hex')}@example.com`;
  const body = { email, role: 'officer' } as const;
  granted(await people.administrator.api(identity.routes.inviteStaff, { body }));
  const login = new StaffLogin(email);
  await login.signIn(people);
  return async () => apiClient(people.url, await login.signIn(people));
}

/** Their token lasts for all journeys. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

beforeAll(async () => {
  const ended = readsEarlierAnswers();
  harbour = await harbourOf('0.1.0');
  const { people, world } = harbour;
  office = await officerOf(people);
  const travel = await travelsInTime(harbour);
  const town = await mentoredTown(async () => travel);
  const around = { people, world, linkFor: travel.linkFor, town, officer: once(office) };
  for (const [state, begin] of Object.entries(journeys)) travellers.set(state, await begin(around));
  await people.control.settle();
  for (const [state, { sees }] of travellers) seen.set(state, await sees());
  outputs = (await people.control.outputs()).outputs;
  ended();
  upgrade = await harbour.ladder('upgrade');
  await people.control.settle();
}, 180_000);
afterAll(async () => {
  await harbour?.stop();
});

describe('edge case 47: a region of release 0.1.0 with learners in every state, upgraded to this one', () => {
  it('is upgraded by one command: each step is done, the people’s smoke test too', () => {
    expect(upgrade.code, upgrade.stderr).toBe(0);
    const steps = upgrade.lines.filter(({ state }) => state === 'done').map(({ step }) => step);
    expect(steps).toEqual([
      ...['check', 'validate', 'preflight', 'synthesize', 'diff', 'confirm'],
      ...['deploy', 'seed', 'invite', 'migrate', 'smoke', 'summary'],
    ]);
    expect(done(upgrade.lines, 'check')).toMatchObject({ from: '0.1.0', migrations: 5 });
    expect(done(upgrade.lines, 'deploy')).toMatchObject({ changed: true });
  });

  it('keeps its pools, tables, bucket and secrets but those of providers: none would be another', async () => {
    const before = lastingOf(readFileSync(join(harbour.before, 'Region.template.json'), 'utf8'));
    expect(Object.keys(before).length).toBeGreaterThan(10);
    expect(lastingOf(await harbour.template())).toMatchObject(before);
  });

  it('carries over what opens its providers, and leaves no copy', async () => {
    expect(done(upgrade.lines, 'seed')).toMatchObject({
      text: '0 secrets put, 4 kept, 1 without a value',
      carried: 2,
    });
    const opened = { baseUrl: expect.stringMatching(/^http:/), token: expect.any(String) };
    expect(await harbour.secretAt('providers')).toMatchObject({ ferry: opened, pilot: opened });
    for (const gone of ['providers/ferry', 'providers/pilot', 'providers-carried'])
      expect(await harbour.secretAt(gone)).toBeUndefined();
  });

  it('keeps every name by which others know it', async () => {
    const now = (await harbour.people.control.outputs()).outputs;
    expect(now).toMatchObject(outputs);
    expect(now['Version']).toMatch(/^\d+\.\d+\.\d+\+data\.\d+$/);
  });

  it('answers its canary as a region that works does', async () => {
    const { control } = harbour.people;
    const canary = (await control.schedules()).find(({ name }) => name.includes('Canary'));
    expect(await control.fire(canary?.name ?? '')).toMatchObject({ ok: true });
    const measured = (await control.logs()).filter(({ text }) =>
      text.includes('"CanaryFailures":'),
    );
    expect(measured.at(-1)?.text).toContain('"CanaryFailures":0');
  });

  it('has migrated what release 0.1.0 wrote', () => {
    const reached = upgrade.lines.flatMap((line) => Reached.safeParse(line).data ?? []);
    const changed = Object.fromEntries(reached.map((each) => [each.migration, each.changed]));
    expect(reached.at(-1)?.done).toBe(true);
    expect(changed).toEqual({
      // Two children became learners by a guardian's consent.
      '0001-requests-by-learner': 2,
      // One learner asked for a mentor.
      '0002-mentor-requests-by-learner': 1,
      '0003-certificates-by-mentor': 0,
      // One application was rejected.
      '0004-closed-applications-by-day': 1,
      // Two accounts were in use, one was suspended.
      '0005-accounts-by-provider': 3,
    });
  });

  it.each(Object.keys(journeys))('given somebody %s: they see what they saw', async (state) => {
    expect(await travellers.get(state)?.sees()).toMatchObject(Object(seen.get(state)));
  });

  it.each(Object.keys(journeys))('given somebody %s: their journey goes on', async (state) => {
    await travellers.get(state)?.goesOn();
  });

  it('lets an officer in who was invited before, with the password and the second factor of then', async () => {
    // A code of the second factor is good once.
    await harbour.people.control.advance(60);
    const { applications } = granted(
      await (await office())(eligibility.routes.listWaiting, {
        query: { areaId: AreaId.parse('uptown') },
      }),
    );
    expect(applications.length).toBeGreaterThan(0);
  });

  it('is rolled out once more by the same release: no change, and it is tried again', async () => {
    const { code, lines, stderr } = await harbour.ladder('rollout');
    expect(code, stderr).toBe(0);
    expect(done(lines, 'diff')).toMatchObject({ text: 'no change', resources: [] });
    expect(done(lines, 'deploy')).toMatchObject({ text: 'no change', changed: false });
    expect(done(lines, 'migrate')).toMatchObject({ done: true });
    expect(done(lines, 'smoke')).toBeDefined();
    expect(harbour.keptAssemblies(), 'one, for the endpoint is on this machine').toHaveLength(1);
  }, 90_000);
});
