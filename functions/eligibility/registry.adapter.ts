import * as z from 'zod';
import { GroupId, IncomeBandId } from '../../regions/schema.ts';
import type { Profile } from '../identity/contract.ts';
import { CircuitBreaker } from '../runtime/circuit-breaker.ts';
import { epochSeconds, now } from '../runtime/clock.ts';
import { describeError, log } from '../runtime/logger.ts';
import { isAuthentic, signNew } from '../runtime/message-signature.ts';
import { readSecret } from '../runtime/secrets.ts';
import { RegistryAccess } from './contract.ts';
import type { RegistryAnswer } from './rules.ts';

/** All that is taken from a reply: anything else in it, such as a registration number, makes it no reply (edge case 7). */
const Reply = z.discriminatedUnion('result', [
  z.strictObject({
    result: z.literal('confirmed'),
    groups: z.array(GroupId),
    incomeBand: IncomeBandId.exactOptional(),
  }),
  z.strictObject({ result: z.literal('unknown') }),
]);

/** Milliseconds that a learner waits for the registry, a second try included; then the application waits for an officer. */
const patience = 2_000;

/** Milliseconds before the second try: from, and how many at random, so that those who failed together part. */
const pauseMs = { atLeast: 25, spread: 150 };

const circuit = new CircuitBreaker({ failures: 5, restMs: 30_000 });

/**
 * Asks the region's welfare registry about a person by name and birth date. No resident registration number
 * is asked for, sent or kept (edge case 7). Question and reply are signed as Standard Webhooks has it, the reply
 * with the question's id; `world/README.md` describes the exchange. Whatever goes wrong is `unreachable`, which
 * rejects nobody.
 */
export async function askRegistry(
  secretName: string,
  { name, birthDate }: Profile,
): Promise<RegistryAnswer> {
  if (circuit.isOpen(now().epochMilliseconds)) {
    log.warn('registry spared');
    return { kind: 'unreachable' };
  }
  try {
    const access = await readSecret(secretName, RegistryAccess);
    const reply = await askTwice(access, JSON.stringify({ name, birthDate }));
    circuit.succeeded();
    return answerOf(reply);
  } catch (error) {
    if (isPassing(error)) circuit.failed(now().epochMilliseconds);
    log.warn('registry unreachable', { ...describeError(error), ...statusOf(error) });
    return { kind: 'unreachable' };
  }
}

function answerOf(reply: z.infer<typeof Reply>): RegistryAnswer {
  const { result, ...known } = reply;
  return 'groups' in known ? { kind: 'confirmed', ...known } : { kind: 'unknown' };
}

/** A check changes nothing, so a second one is safe. */
async function askTwice(access: RegistryAccess, body: string): Promise<z.infer<typeof Reply>> {
  const signal = AbortSignal.timeout(patience);
  try {
    return await ask(access, body, signal);
  } catch (error) {
    if (!isPassing(error) || signal.aborted) throw error;
    log.warn('registry asked again', { ...describeError(error), ...statusOf(error) });
  }
  const { atLeast, spread } = pauseMs;
  await new Promise((resolve) => setTimeout(resolve, atLeast + Math.random() * spread));
  return ask(access, body, signal);
}

async function ask({ url, key }: RegistryAccess, body: string, signal: AbortSignal) {
  const { id, headers } = signNew(key, body, epochSeconds(now()));
  const response = await fetch(`${url.replace(/\/$/, '')}/checks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
    redirect: 'error',
    signal,
  });
  if (!response.ok) throw new RegistryRefused(response.status);
  const text = await response.text();
  const reply = { id, timestamp: Number(response.headers.get('webhook-timestamp')), body: text };
  const signatures = response.headers.get('webhook-signature') ?? '';
  if (!isAuthentic(key, reply, signatures, epochSeconds(now()))) throw new ReplyNotAuthentic();
  return Reply.parse(JSON.parse(text));
}

/** Whether it may go well a moment later: nobody answered, or somebody who is too busy. */
function isPassing(error: unknown): boolean {
  if (error instanceof RegistryRefused) return error.status >= 500 || error.status === 429;
  // What fetch throws when there is no connection, and what the end of our patience throws.
  return error instanceof TypeError || (error instanceof Error && error.name === 'TimeoutError');
}

function statusOf(error: unknown): { readonly status?: number } {
  return error instanceof RegistryRefused ? { status: error.status } : {};
}

/** The registry answered, but not with a reply. */
class RegistryRefused extends Error {
  override readonly name = 'RegistryRefused';
  readonly status: number;

  constructor(status: number) {
    super(`the registry answered ${status}`);
    this.status = status;
  }
}

/** A reply that the registry did not sign, or not to this question, or not now. */
class ReplyNotAuthentic extends Error {
  override readonly name = 'ReplyNotAuthentic';
}
