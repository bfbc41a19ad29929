import type { IConstruct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { HandlerEntry } from './entries.ts';

/** What the packs find on the role of every function, and why it is right all the same. */
const ofRoles: Readonly<Record<string, string>> = {
  'NIST.800.53.R5-IAMNoInlinePolicy':
    'The policy is of this one function and part of its role: no function runs before it may, and no other role can take it up.',
};

/** What they find on every function. */
const ofFunctions: Readonly<Record<string, string>> = {
  'NIST.800.53.R5-LambdaInsideVPC':
    'It calls services of AWS by TLS and its own role, and providers on the Internet; a network of its own would protect nothing and add a gateway that is paid for by the hour.',
  'NIST.800.53.R5-LambdaConcurrency':
    'A reservation takes from all other functions of the account. What calls is bounded instead: the API by its throttle, queues by the concurrency of their mappings, streams by their shards.',
  'Serverless-LambdaTracing':
    'A trace would hold how long an invocation took, which the log has: clients that tell X-Ray of their calls are in no function (ADR 52). A line of the log names the slowest call.',
};

/** Where an invocation goes that fails, by the kind of the handler: the reason why none needs a dead-letter queue. */
const failures = {
  api: 'It is invoked synchronously only: who calls gets the error and tries again.',
  worker: 'A queue invokes it, whose dead-letter queue takes what fails.',
  trigger: 'A stream invokes it, whose mapping tells a queue of what was given up.',
  job: 'The clock invokes it: the next run does what this one left undone, and an alarm tells of failures.',
} as const;

/** Accepts what cdk-nag's packs find on any of our functions. */
export function acknowledgeFunction(
  entry: HandlerEntry,
  role: IConstruct,
  found: IConstruct,
): void {
  for (const [id, reason] of Object.entries(ofRoles)) acknowledge(role, { id, reason });
  for (const [id, reason] of Object.entries(ofFunctions)) acknowledge(found, { id, reason });
  for (const id of ['Serverless-LambdaDLQ', 'NIST.800.53.R5-LambdaDLQ']) {
    acknowledge(found, { id, reason: failures[kindOf(entry)] });
  }
}

function kindOf(entry: HandlerEntry): keyof typeof failures {
  const kinds = ['worker', 'trigger', 'job'] as const;
  return kinds.find((kind) => entry.endsWith(`.${kind}`)) ?? 'api';
}
