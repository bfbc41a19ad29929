import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateChangeSetCommand,
  ExecuteChangeSetCommand,
  ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import {
  ConfirmForgotPasswordCommand,
  ForgotPasswordCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { inject } from 'vitest';
import { parse, stringify } from 'yaml';
import * as z from 'zod';
import { type Clients, openClients } from '../../bin/export/clients.ts';
import { type Holdings, holdingsOf } from '../../bin/export/holdings.ts';
import type { Row } from '../../bin/export/ownership.ts';
import { listed } from '../../bin/export/papers.ts';
import { rowOf, type Wire } from '../../bin/export/rows.ts';
import { runRegion } from '../../bin/local-region.ts';
import { codeFor, publicLogin } from '../../bin/login.ts';
import { describeStack, settled } from '../../bin/rollout/stack.ts';
import type { StepName, Teller } from '../../bin/rollout/teller.ts';
import { loadRegion } from '../../regions/load.ts';
import { acceptInvitation } from '../invitation.ts';
import { peopleOf } from '../people.ts';
import { newDatabase } from '../runtime/dynamodb-place.ts';
import { StaffLogin } from './staff-login.ts';

/** The file of a region that has one area of another's, and what belongs to it. */
export function ownFileOf(file: string, area: string, id: string) {
  const Text = z.looseObject({ areas: z.array(z.looseObject({ id: z.string() })) });
  const whole = Text.parse(parse(readFileSync(file, 'utf8')));
  const others = new Set(whole.areas.map((one) => one.id).filter((one) => one !== area));
  const own = { ...Object(without(whole, others)), id };
  const directory = mkdtempSync(join(tmpdir(), 'ladder-own-'));
  const path = join(directory, `${id}.yaml`);
  writeFileSync(path, stringify(own));
  return { path, [Symbol.dispose]: () => rmSync(directory, { recursive: true }) };
}

/** Leaves out other areas wherever they are named, and what is for them only. */
function without(value: unknown, others: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) {
    const kept = value.filter((one) => !isForOthers(one, others));
    return kept.map((one) => without(one, others));
  }
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => !others.has(name));
  return Object.fromEntries(kept.map(([name, inside]) => [name, without(inside, others)]));
}

function isForOthers(one: unknown, others: ReadonlySet<string>): boolean {
  if (typeof one === 'string') return others.has(one);
  const { id, areas } = Object(one);
  if (others.has(id)) return true;
  return Array.isArray(areas) && areas.length > 0 && areas.every((area) => others.has(area));
}

/** A region in memory, with what a command that exports or restores it needs. */
export async function openRegion(file: string) {
  const region = loadRegion(file);
  const running = await runRegion({
    file,
    region,
    port: 0,
    data: undefined,
    dynamodb: newDatabase(inject('dynamodb')),
    progress: () => {},
  });
  const clients = openClients({
    endpoint: `${running.url}/_aws`,
    region: region.deployment.awsRegion,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const token = await acceptInvitation(running.url, region.deployment.firstAdministrator);
  const holdings = await holdingsIn(clients, `ladder-${region.id}`);
  const people = peopleOf(running.url, token);
  return { region, clients, holdings, people, stop: () => running.stop() };
}
export type OpenRegion = Awaited<ReturnType<typeof openRegion>>;

/** Closes a region, or opens it, as a restore does: by the parameter of its stack. */
export async function setServing({ clients, holdings }: OpenRegion, serving: 'yes' | 'no') {
  const { cloudFormation } = clients;
  const StackName = holdings.stackName;
  const { Id: ChangeSetName } = await cloudFormation.send(
    new CreateChangeSetCommand({
      StackName,
      ChangeSetName: `serving-${serving}`,
      UsePreviousTemplate: true,
      Parameters: [{ ParameterKey: 'Serving', ParameterValue: serving }],
      Capabilities: ['CAPABILITY_NAMED_IAM'],
    }),
  );
  await cloudFormation.send(new ExecuteChangeSetCommand({ ChangeSetName }));
  const read = () => describeStack(cloudFormation, StackName);
  const stack = await settled(read, { most: 60_000, interval: 50 }, () => undefined);
  if (stack?.status !== 'UPDATE_COMPLETE') throw new Error(`the stack is in ${stack?.status}`);
}

/** What the stack's outputs name, and its resources where a release's outputs do not yet. */
async function holdingsIn(clients: Clients, stackName: string): Promise<Holdings> {
  const stack = await describeStack(clients.cloudFormation, stackName);
  const { StackResourceSummaries = [] } = await clients.cloudFormation.send(
    new ListStackResourcesCommand({ StackName: stackName }),
  );
  const found: Record<string, string> = {};
  for (const {
    ResourceType,
    LogicalResourceId = '',
    PhysicalResourceId = '',
  } of StackResourceSummaries) {
    const [, capability] = /^([A-Z][a-z]+)DataTable/.exec(LogicalResourceId) ?? [];
    if (capability !== undefined) found[`Table${capability}`] = PhysicalResourceId;
    const isPapers = ResourceType === 'AWS::S3::Bucket' && LogicalResourceId.includes('Papers');
    if (isPapers) found['PapersBucket'] = PhysicalResourceId;
  }
  return holdingsOf(stackName, { ...found, ...stack?.outputs });
}

export async function newBucket({ s3 }: Clients, Bucket: string): Promise<void> {
  await s3.send(new CreateBucketCommand({ Bucket }));
}

/** Carries what is below a prefix over to the same bucket of another account, as a partner would with `aws s3 sync`. */
export async function carryOver(from: Clients, to: Clients, bucket: string, prefix: string) {
  await newBucket(to, bucket);
  for await (const { key } of listed(from.s3, { bucket }, prefix)) {
    const { Body } = await from.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    const bytes = await Body?.transformToByteArray();
    await to.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes ?? '' }));
  }
}

/** All rows of all tables, by `<capability> <pk> <sk>`. */
export async function allRows(clients: Clients, { tables }: Holdings): Promise<Map<string, Row>> {
  const rows = new Map<string, Row>();
  for (const [capability, TableName] of tables) {
    let ExclusiveStartKey: Wire | undefined;
    do {
      const page = await clients.dynamodb.send(
        new ScanCommand({ TableName, ConsistentRead: true, ExclusiveStartKey }),
      );
      for (const row of (page.Items ?? []).map(rowOf)) {
        rows.set(`${capability} ${row.pk} ${row.sk}`, row);
      }
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
  }
  return rows;
}

/** Somebody who was given a new pool has a new password mailed, and signs in; their access token. */
export async function signInAnew({ people, clients }: OpenRegion, email: string): Promise<string> {
  const configuration = await people.configuration();
  const password = await resetPassword({ people, clients }, configuration.publicPool, email);
  return publicLogin(configuration, email, password).signIn();
}

/** The same of staff, who set up a second factor besides. */
export async function signInStaffAnew(copy: OpenRegion, email: string): Promise<string> {
  const { staffPool } = await copy.people.configuration();
  const password = await resetPassword(copy, staffPool, email);
  return new StaffLogin(email, password).signIn(copy.people);
}

async function resetPassword(
  { people, clients: { cognito } }: Pick<OpenRegion, 'people' | 'clients'>,
  { clientId: ClientId }: { readonly clientId: string },
  email: string,
): Promise<string> {
  const password = 'Another long password 7!';
  await cognito.send(new ForgotPasswordCommand({ ClientId, Username: email }));
  await cognito.send(
    new ConfirmForgotPasswordCommand({
      ClientId,
      Username: email,
      ConfirmationCode: await codeFor(email, people.control),
      Password: password,
    }),
  );
  return password;
}

/** What ends a command before a step, as Ctrl-C or a lost network would. */
export class BrokenOff extends Error {
  override readonly name = 'BrokenOff';
}

/** Tells nobody, and ends before a step. */
export function quietly(before?: StepName): Teller {
  return {
    step: async (name, act) => {
      if (name === before) throw new BrokenOff(name);
      return (await act(() => undefined)).result;
    },
  };
}
