import type { Provider, ProviderId } from '../../regions/schema.ts';
import { Refusal } from '../runtime/errors.ts';
import { region } from '../runtime/region.ts';
import { failuresOf, pauseFor, redriveFor, resumeFor, statusOf } from './operating.api.ts';
import { mustKnow } from './operator.api.ts';
import { orphansOf, reconcileFor, reconciliationOf } from './reconciliation.api.ts';
import { settleFor, tasksOf } from './settling.api.ts';
import { ShellEvent, type ShellReply } from './shell.contract.ts';

/** Orphans of a page: a shell reads all of them, and an answer of Lambda's is 6 MB at most. */
const orphansAtOnce = 1_000;

/** Who acts: AWS knows which of those who may invoke the function it was. */
const operator = { kind: 'operator' } as const;

/**
 * What an operator asks for from a shell (`ladder ops`), who has no login of the region but may invoke its functions: the
 * same as the routes of staff do, recorded in the same trail.
 */
export async function handler(event: unknown): Promise<ShellReply> {
  const asked = ShellEvent.parse(event);
  try {
    return { answer: await answer(asked) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { refused: { code: error.code, detail: error.message } };
  }
}

async function answer(event: ShellEvent): Promise<unknown> {
  const { ask } = event;
  switch (ask) {
    case 'status':
      return { providers: await statusOf(providersOf(event.providerId)) };
    case 'failures':
      return failuresOf(mustKnow(event.providerId).id);
    case 'redrive':
      return redriveFor(mustKnow(event.providerId).id, operator);
    case 'pause':
      return pauseFor(mustKnow(event.providerId).id, operator);
    case 'resume':
      return resumeFor(mustKnow(event.providerId).id, operator);
    case 'reconcile':
      return reconcileFor(mustKnow(event.providerId), operator);
    case 'reconciliation':
      return reconciliationOf(mustKnow(event.providerId).id);
    case 'orphans':
      return orphansOf(mustKnow(event.providerId).id, {
        limit: orphansAtOnce,
        cursor: event.cursor,
      });
    case 'tasks':
      return tasksOf(mustKnow(event.providerId).id);
    case 'settle':
      return settleFor(event, operator);
    default:
      return ask satisfies never;
  }
}

function providersOf(providerId: ProviderId | undefined): readonly Provider[] {
  return providerId === undefined ? region.providers : [mustKnow(providerId)];
}
