import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import {
  ConfirmForgotPasswordCommand,
  ForgotPasswordCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { parse, stringify } from 'yaml';
import * as z from 'zod';
import { type Clients, openClients } from '../../bin/export/clients.ts';
import { findHoldings, type Holdings } from '../../bin/export/holdings.ts';
import type { Row } from '../../bin/export/ownership.ts';
import { listed } from '../../bin/export/papers.ts';
import { rowOf, type Wire } from '../../bin/export/rows.ts';
import { openEmptyRegion, runRegion } from '../../bin/local-region.ts';
import { codeFor, publicLogin } from '../../bin/login.ts';
import type { StepName, Teller } from '../../bin/rollout/teller.ts';
import { loadRegion } from '../../regions/load.ts';
import { run } from '../bin/ladder.ts';
import { told } from '../bin/told.ts';
import { acceptInvitation } from '../invitation.ts';
import { peopleOf } from '../people.ts';
import { StaffLogin } from '../whole/staff-login.ts';

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

/** Runs a command about a region as somebody would type it; `until` a line says that, when Ctrl-C is pressed. */
async function ladder(endpoint: string, argv: readonly string[], until?: string) {
  const options = ['--endpoint', endpoint, '--json'];
  const credentials = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
  const running = run([...argv, ...options], credentials);
  if (until !== undefined) {
    await running.said(until);
    running.child.kill('SIGINT');
  }
  const { code, stdout, stderr } = await running.ended;
  return { code, stderr, lines: told(stdout) };
}

const clientsAt = (endpoint: string, awsRegion: string) =>
  openClients({
    endpoint,
    region: awsRegion,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });

/** A region in memory, with what a test looks at of one that is exported. */
export async function openRegion(file: string) {
  const region = loadRegion(file);
  const running = await runRegion({ ...inMemory(file), file });
  const endpoint = `${running.url}/_aws`;
  const clients = clientsAt(endpoint, region.deployment.awsRegion);
  const token = await acceptInvitation(running.url, region.deployment.firstAdministrator);
  return {
    region,
    clients,
    holdings: await findHoldings(clients, `ladder-${region.id}`),
    people: peopleOf(running.url, token),
    export: (...options: readonly string[]) => ladder(endpoint, ['export', file, ...options]),
    stop: () => running.stop(),
  };
}
export type OpenRegion = Awaited<ReturnType<typeof openRegion>>;

/** An account in memory in which nothing is yet, into which a copy is restored. */
export async function openCopy(file: string) {
  const region = loadRegion(file);
  const running = await openEmptyRegion(inMemory(file));
  const clients = clientsAt(running.endpoint, region.deployment.awsRegion);
  const argv = ['restore', file, '--trial', '--yes'];
  return {
    region,
    clients,
    people: peopleOf(running.url, ''),
    /** @param until - what a line says, when Ctrl-C is pressed */
    restore: (from: string, until?: string) =>
      ladder(running.endpoint, [...argv, '--from', from], until),
    holdings: () => findHoldings(clients, `ladder-${region.id}`),
    administrator: async () =>
      peopleOf(
        running.url,
        await acceptInvitation(running.url, region.deployment.firstAdministrator),
      ).administrator,
    stop: () => running.stop(),
  };
}
export type OpenCopy = Awaited<ReturnType<typeof openCopy>>;

const inMemory = (file: string) => ({
  region: loadRegion(file),
  port: 0,
  data: undefined,
  progress: () => {},
});

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

/**
 * What of rows differs between two states of a store: each as its capability, the kind of row and the names of the
 * attributes. Neither ids nor values: they are people's.
 */
export function differencesOf(
  before: ReadonlyMap<string, object>,
  after: ReadonlyMap<string, object>,
): readonly string[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])];
  return keys.flatMap((key) => {
    const [was, is] = [Object(before.get(key)), Object(after.get(key))];
    const names = [...new Set([...Object.keys(was), ...Object.keys(is)])];
    const changed = names.filter((name) => !isDeepStrictEqual(was[name], is[name]));
    return changed.length === 0 ? [] : [`${key.replaceAll(/#\S*/g, '#')}: ${changed.join(', ')}`];
  });
}

/** Somebody who was given a new pool has a new password mailed, and signs in; their access token. */
export async function signInAnew({ people, clients }: OpenCopy, email: string): Promise<string> {
  const configuration = await people.configuration();
  const password = await resetPassword({ people, clients }, configuration.publicPool, email);
  return publicLogin(configuration, email, password).signIn();
}

/** The same of staff, who set up a second factor besides. */
export async function signInStaffAnew(copy: OpenCopy, email: string): Promise<string> {
  const { staffPool } = await copy.people.configuration();
  const password = await resetPassword(copy, staffPool, email);
  return new StaffLogin(email, password).signIn(copy.people);
}

async function resetPassword(
  { people, clients: { cognito } }: Pick<OpenCopy, 'people' | 'clients'>,
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
