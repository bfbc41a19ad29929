import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { bundleRegion } from '../lib/synthesize.ts';
import { loadRegion } from '../regions/load.ts';
import { ProviderId } from '../regions/schema.ts';
import { messageOf } from './child.ts';
import { exponentOf } from './growth.ts';
import type { Drive } from './provisioning/direct-process.ts';
import { Pipeline } from './provisioning/pipeline.ts';
import { quantile, type Report, tell } from './report.ts';

const providerId = ProviderId.parse('highland');
/** How many requests the provider takes at once, and how long it takes for each. */
const provider = { atOnce: 8, latencyMs: 80 } as const;
/**
 * So many times as long takes whatever AWS and the provider take: at Lambda each function has a processor of its own, and here
 * all of them share two, with what stands for AWS and the provider. So what is measured is who waits for whom.
 */
const slowMotion = 3;
/** As the region file tells it. */
const pressure = { concurrency: provider.atOnce } as const;
/** Learners who are provided for before anything is measured: cold starts are another benchmark's. */
const warmUp = 60;
/** Parts of each size, of which each is done by both, in turn, and after which the heap is measured. */
const parts = 3;
const sizes = [0.1, 0.3, 1];

/** One part: so many accounts by both. */
interface Lap {
  readonly count: number;
  readonly directMs: number;
  readonly oursMs: number;
  readonly heapBytes: number;
}

interface Size {
  readonly accounts: number;
  readonly laps: readonly Lap[];
}

const Place = z.object({ url: z.string(), token: z.string() });
const Took = z.object({ ms: z.number() });
const Accounts = z.array(z.object({ active: z.boolean() }));

/**
 * Accounts through stream, queue, workers and a SCIM server beside the same server driven directly, in turn.
 *
 * @param most - accounts of the largest of three sizes
 */
export async function provisioning(most = 10_000): Promise<Report> {
  const directory = mkdtempSync(join(tmpdir(), 'ladder-provisioning-'));
  await using closing = new AsyncDisposableStack();
  closing.defer(() => rmSync(directory, { recursive: true, force: true }));
  tell('bundling …');
  const bundles = await bundleRegion(region(), join(directory, 'code'));
  const scim = start('provider-process.ts', [String(provider.latencyMs * slowMotion)]);
  closing.defer(() => void scim.kill());
  const { url, token } = Place.parse(await messageOf(scim));
  const direct = start('direct-process.ts', []);
  closing.defer(() => void direct.kill());
  await messageOf(direct);
  const secretOf = (id: string) => ({ baseUrl: `${url}/providers/${id}/scim/v2`, token });
  const drive = async (count: number) => {
    const order: Drive = { ...secretOf('direct'), count, atOnce: provider.atOnce };
    direct.send(order);
    return Took.parse(await messageOf(direct)).ms;
  };
  const accountsMade = async () => {
    const listed = await fetch(`${url}/control/providers/${providerId}/accounts`);
    return Accounts.parse(await listed.json()).filter(({ active }) => active).length;
  };
  const pipeline = await Pipeline.open({
    ...{ bundles, pressure, id: providerId, secret: secretOf(providerId) },
    slowMotion,
  });
  closing.defer(() => pipeline.close());
  await drive(warmUp);
  await pipeline.provide(warmUp);
  pipeline.aws.asked.clear();
  const before = await taken(pipeline);
  const measured: Size[] = [];
  for (const share of sizes) {
    const accounts = Math.ceil((most * share) / parts) * parts;
    tell(`${accounts.toLocaleString('en')} accounts …`);
    const laps: Lap[] = [];
    for (let part = 0; part < parts; part += 1) {
      const count = accounts / parts;
      const directMs = await drive(count);
      const oursMs = await pipeline.provide(count);
      const { heapBytes } = (await pipeline.measure()).workers;
      laps.push({ count, directMs, oursMs, heapBytes });
    }
    measured.push({ accounts, laps });
  }
  const all = measured.reduce((sum, { accounts }) => sum + accounts, 0);
  // Somebody whose message was put aside, and not provided for, would count as fast.
  const made = await accountsMade();
  if (made !== warmUp + all)
    throw new Error(`the provider has ${made} active accounts, not ${warmUp + all}`);
  const asked = [...pipeline.aws.asked].map(([name, count]) => ({ name, each: count / all }));
  const after = await taken(pipeline);
  const cpu = Object.entries(after).map(([name, ms]) => ({
    name,
    each: (ms - (before[name] ?? 0)) / all,
  }));
  return reportOf(measured, asked, cpu);
}

/** Milliseconds of processor time that each has taken so far. */
async function taken(pipeline: Pipeline): Promise<Readonly<Record<string, number>>> {
  const { dispatch, workers } = await pipeline.measure();
  const { user, system } = process.cpuUsage();
  const standIns = (user + system) / 1_000;
  return { workers: workers.cpuMs, dispatch: dispatch.cpuMs, 'what stands for AWS': standIns };
}

interface Each {
  readonly name: string;
  /** For each account. */
  readonly each: number;
}

function reportOf(measured: readonly Size[], asked: readonly Each[], cpu: readonly Each[]): Report {
  const results = measured.map(({ accounts, laps }) => {
    const sum = (of: 'directMs' | 'oursMs') => laps.reduce((all, lap) => all + lap[of], 0);
    const [first, , last] = laps.map(({ heapBytes }) => heapBytes);
    return {
      accounts,
      direct: (accounts * 1_000) / sum('directMs'),
      ours: (accounts * 1_000) / sum('oursMs'),
      oursMs: sum('oursMs'),
      ratio: sum('directMs') / sum('oursMs'),
      spread: laps.map(({ directMs, oursMs }) => directMs / oursMs),
      heapMb: laps.map(({ heapBytes }) => heapBytes / 2 ** 20),
      heapGrowth: (last ?? Number.NaN) / (first ?? Number.NaN),
    };
  });
  const largest = results.at(-1);
  const exponent = exponentOf(results.map(({ accounts, oursMs }) => [accounts, oursMs]));
  const rows = [
    ['accounts', 'direct a s', 'Ladder a s', 'of direct', 'each third', 'heap MB, each third'],
    ...results.map(({ accounts, direct, ours, ratio, spread, heapMb }) => [
      accounts.toLocaleString('en'),
      direct.toFixed(1),
      ours.toFixed(1),
      `× ${ratio.toFixed(2)}`,
      `${quantile(spread, 0).toFixed(2)}–${quantile(spread, 1).toFixed(2)}`,
      heapMb.map((megabytes) => megabytes.toFixed(1)).join(' '),
    ]),
    ['time grows with the power of', '', exponent.toFixed(2), '', '', ''],
    ['', '', '', '', '', ''],
    ['requests for each account', '', '', '', '', ''],
    ...asked.map(({ name, each }) => [name, '', each.toFixed(2), '', '', '']),
    ['', '', '', '', '', ''],
    ['processor ms for each account', '', '', '', '', ''],
    ...cpu.map(({ name, each }) => [name, '', each.toFixed(1), '', '', '']),
  ];
  return {
    rows,
    data: { provider, slowMotion, results, exponent, asked, cpu },
    targets: [
      // A target is an upper bound here: what is missing of the direct rate.
      { what: 'missing of the direct rate', atMost: 0.2, measured: 1 - (largest?.ratio ?? 0) },
      {
        what: 'heap at the end, of that after a third',
        atMost: 1.05,
        measured: largest?.heapGrowth ?? Number.NaN,
      },
    ],
  };
}

/** A small region whose provider says how many requests it takes at once. */
function region() {
  const sample = loadRegion(join(import.meta.dirname, '../regions/taebaek.yaml'));
  const providers = sample.providers.map((one) =>
    one.id === providerId ? { ...one, pressure } : one,
  );
  return { ...sample, providers };
}

function start(file: string, words: readonly string[]): ChildProcess {
  return fork(join(import.meta.dirname, 'provisioning', file), words, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}
