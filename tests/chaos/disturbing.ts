import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { World } from '../neighbours.ts';
import type { People } from '../people.ts';
import { disturbed, webhookProvider } from './provider-names.ts';

/** What providers do to those who ask them: each fault meets its share of requests. */
const faults = [
  { kind: 'status', status: 409, share: 0.03, methods: ['POST'] },
  { kind: 'status', status: 429, share: 0.03, retryAfter: 2 },
  { kind: 'status', status: 429, share: 0.02, retryAfter: { dateIn: 3 } },
  { kind: 'status', status: 500, share: 0.03 },
  { kind: 'status', status: 503, share: 0.02, retryAfter: 1 },
  { kind: 'slow', ms: 700, share: 0.05 },
  // Longer than the worker waits for an answer: what is done then comes late.
  { kind: 'slow', ms: 7_000, share: 0.005 },
  { kind: 'lose-answer', share: 0.05 },
] as const;

/**
 * Has every provider fail now and then, as the seed draws; a world that was killed has forgotten it.
 *
 * @param later - whether the provider that takes messages tells later what became of them
 * @param times - how often the usual share of requests meets each fault
 */
export async function disturbAll(
  world: World,
  {
    seed,
    later,
    times,
  }: { readonly seed: number; readonly later: boolean; readonly times: number },
): Promise<void> {
  for (const [position, provider] of disturbed.entries()) {
    for (const [number, fault] of faults.entries())
      await world.disturb(`providers/${provider}`, {
        ...fault,
        share: fault.share * times,
        seed: seed + 100 * position + number,
      });
  }
  await world.setMode(webhookProvider, later ? 'later' : 'at-once');
}

/** Each kind of trouble that a provider makes, as the world counts it. */
export const troubles = [
  ...new Set(
    faults.map((fault) => (fault.kind === 'status' ? `status ${fault.status}` : fault.kind)),
  ),
];

/** How often each trouble was met since the world started. */
export async function troublesMet(world: World): Promise<ReadonlyMap<string, number>> {
  const met = new Map<string, number>();
  for (const provider of disturbed) {
    const counts = Object.entries(await world.faultsMet(provider));
    for (const [trouble, count] of counts) met.set(trouble, (met.get(trouble) ?? 0) + count);
  }
  return met;
}

export async function mendAll(world: World): Promise<void> {
  for (const provider of disturbed) await world.mend(`providers/${provider}`);
}

/** Somebody whose account messages are sent again. */
export interface Haunted {
  readonly learnerId: string;
}

/**
 * Sends messages that were sent before, in any order and with any version, until it is told to stop: what at AWS a repeated
 * delivery, a redrive, or a stream that is read again does.
 */
export async function haunt(
  { url }: People,
  everybody: () => readonly Haunted[],
  { random, signal }: { readonly random: () => number; readonly signal: AbortSignal },
): Promise<number> {
  const sqs = new SQSClient({
    endpoint: `${url}/_aws`,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  const providers = [...disturbed, 'passport', 'lantern'];
  for (let sent = 0; ; sent += 1) {
    const learnerId = pick(everybody(), random)?.learnerId;
    const providerId = pick(providers, random);
    if (learnerId !== undefined && providerId !== undefined) {
      const body = { learnerId, providerId, version: 1 + Math.floor(random() * 12) };
      try {
        await sqs.send(
          new SendMessageCommand({
            QueueUrl: `${url}/_aws/000000000000/ladder-taebaek-${providerId}.fifo`,
            MessageGroupId: learnerId,
            MessageDeduplicationId: randomUUID(),
            MessageBody: JSON.stringify(body),
          }),
        );
      } catch (error) {
        // The region was killed meanwhile: whoever did that ends this, too.
        if (signal.aborted) return sent;
        throw error;
      }
    }
    try {
      await sleep(20 + random() * 200, undefined, { signal });
    } catch {
      return sent;
    }
  }
}

function pick<Item>(items: readonly Item[], random: () => number): Item | undefined {
  return items[Math.floor(random() * items.length)];
}
