import { placesOfRow } from '../enrolment/store.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { consumeStream } from '../runtime/stream.ts';
import { provisioningEnvironments } from './contract.ts';
import { accountQueues } from './queues.adapter.ts';
import { messagesFor } from './rules.ts';

const queues = accountQueues(readEnvironment(provisioningEnvironments.dispatch).QUEUE_URL_PREFIX);

/** Learners' rows of the enrolment table's stream: each provider with something new to do gets a message. */
export const handler = consumeStream(async ({ before, after }) => {
  const next = after === undefined ? undefined : placesOfRow(after);
  if (next === undefined) return;
  const messages = messagesFor(before === undefined ? undefined : placesOfRow(before), next);
  await Promise.all(messages.map((message) => queues.send(message)));
});
