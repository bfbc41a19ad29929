import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { SyntheticLogin } from './smoke-learner.ts';
import { SmokeStepFailed } from './smoke-steps.ts';

/** What the reference says of deletion: an API without `DELETE /me` erases no learner. */
const Reference = z.object({
  openapi: z.string().startsWith('3.1'),
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
});
export type Reference = z.infer<typeof Reference>;

const Begun = z.object({ deletionId: z.string().min(1) });
const Receipt = z.object({ state: z.string() });

/** Milliseconds between two looks at the receipt. */
const pause = 500;

/** Milliseconds of waiting for the receipt; what is left of the deletion after that goes on by itself. */
const patient = 90_000;

/** What a region answers at `/openapi.json`. */
export function readReference(text: string): Reference {
  return Reference.parse(JSON.parse(text));
}

export interface Erasing {
  /** The API. */
  readonly url: string;
  readonly login: SyntheticLogin;
  /** Of the sign-in; undefined where there was none, so that there is no profile either. */
  readonly token: string | undefined;
  readonly reference: Reference | undefined;
  /** Milliseconds to wait for the receipt; a minute and a half if left out. */
  readonly patience?: number;
}

/**
 * Deletes the synthetic learner as any learner does, with `DELETE /me`, waits for the receipt, and takes away the login
 * where it is still there. Where the reference has no such route the login alone goes, and a profile of nobody stays:
 * this function is the one place that knows.
 *
 * @param over - ends the wait for the receipt
 * @returns what was done, for people
 */
export async function erase(
  { url, login, token, reference, patience = patient }: Erasing,
  over: AbortSignal,
): Promise<string> {
  if (token === undefined) {
    await login.remove();
    return 'the login';
  }
  if (reference?.paths['/me']?.['delete'] === undefined) {
    await login.remove();
    return 'the login; its profile stays, for this release has no DELETE /me';
  }
  const deletionId = await begin(url, token);
  const done =
    deletionId !== undefined && (await isDone(url, deletionId, performance.now() + patience, over));
  await login.remove();
  if (deletionId === undefined) return 'the login; there was no profile';
  return done
    ? 'profile and login'
    : `the login; the rest goes on by itself: GET /deletions/${deletionId}`;
}

/** @returns the deletion; undefined where the login has no profile */
async function begin(url: string, token: string): Promise<string | undefined> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/me`, { method: 'DELETE', headers });
  if (response.status === 404) return undefined;
  if (response.status !== 202) throw await unexpected('DELETE /me', response);
  return Begun.parse(await response.json()).deletionId;
}

/** Whether a deletion is at its end, in the time that there is. */
async function isDone(
  url: string,
  deletionId: string,
  until: number,
  over: AbortSignal,
): Promise<boolean> {
  for (;;) {
    const response = await fetch(`${url}/deletions/${encodeURIComponent(deletionId)}`);
    if (response.status !== 200) throw await unexpected('GET /deletions/{deletionId}', response);
    if (Receipt.parse(await response.json()).state === 'done') return true;
    if (performance.now() > until) return false;
    await sleep(pause, undefined, { signal: over });
  }
}

async function unexpected(route: string, response: Response): Promise<SmokeStepFailed> {
  const text = (await response.text()).slice(0, 300);
  const detail = `${route} answered ${response.status} ${text}. Run the smoke test again: it begins with what this one left.`;
  return new SmokeStepFailed('smoke-differs', detail);
}
