import { InvokeCommand } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import {
  ShellEvent,
  ShellReply,
  shellAnswers,
} from '../../functions/provisioning/shell.contract.ts';
import { asking } from '../rollout/asking.ts';
import { clientsFor } from '../rollout/clients.ts';
import { requireStack } from '../rollout/look.ts';
import { describeStack } from '../rollout/stack.ts';
import { type TargetOptions, targetOf } from '../target.ts';
import { OpsRefused } from './refused.ts';

type Ask = ShellEvent['ask'];

/** Asks a deployed region as an operator does, who may run its functions but has no login there. */
export interface Shell {
  /** @throws {OpsRefused} with the region's code and reason */
  ask<Name extends Ask>(
    name: Name,
    more: Readonly<Record<string, unknown>>,
  ): Promise<z.output<(typeof shellAnswers)[Name]>>;
}

/** How Lambda tells of an error that ended a function. */
const Failed = z.object({ errorType: z.string().default('an error without a name') });

/**
 * Finds the region that a file describes.
 *
 * @throws {InvalidRegionFile} before anything is asked of AWS
 * @throws {RolloutStopped} `stack-absent`, or what keeps AWS from answering
 */
export async function openShell(file: string, options: TargetOptions): Promise<Shell> {
  const target = targetOf(file, options);
  const clients = clientsFor(target);
  const found = await asking('looking at the stack', () =>
    describeStack(clients.cloudFormation, target.stackName),
  );
  const { outputs } = requireStack({ target, clients, stack: found });
  const FunctionName = outputs['OperatorFunction'];
  if (FunctionName === undefined)
    throw new OpsRefused(
      'no-operator-function',
      `The stack ${target.stackName} has no output "OperatorFunction": it is of an earlier release. Deploy this one first: npm run rollout -- ${file}.`,
    );
  return {
    ask: async (name, more) => {
      const event = eventOf({ ask: name, ...more });
      const { FunctionError, Payload = new Uint8Array() } = await asking('asking the region', () =>
        clients.lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) })),
      );
      const reply: unknown = JSON.parse(Buffer.from(Payload).toString('utf8'));
      if (FunctionError !== undefined) {
        const { errorType } = Failed.parse(reply);
        throw new OpsRefused(
          'region-failed',
          `The region could not do it (${errorType}). Try again; if it stays, the log of ${FunctionName} says why.`,
        );
      }
      const said = ShellReply.parse(reply);
      if ('refused' in said) throw new OpsRefused(said.refused.code, said.refused.detail);
      // The schema that belongs to the name, which the compiler cannot follow.
      return shellAnswers[name].parse(said.answer) as z.output<(typeof shellAnswers)[typeof name]>;
    },
  };
}

/** @throws {OpsRefused} `wrong-arguments`: nothing was asked */
function eventOf(written: object): ShellEvent {
  const event = ShellEvent.safeParse(written);
  if (event.success) return event.data;
  const wrong = event.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new OpsRefused('wrong-arguments', `Not as expected: ${wrong.join('; ')}.`);
}
