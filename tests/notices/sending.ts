import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { LearnerId, ProfileInput } from '../../functions/identity/contract.ts';
import { guardianStore } from '../../functions/identity/guardian.store.ts';
import { identityStore } from '../../functions/identity/store.ts';
import { Sub } from '../../functions/runtime/caller.ts';
import { documents, transact } from '../../functions/runtime/dynamodb.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { type Message, sendNotice } from '../../functions/runtime/notice.ts';
import { Logins } from './post-office.ts';

type ToLearner = Extract<Message['to'], { readonly kind: 'learner' }>;

/** The public pool of these tests. */
export const logins = new Logins();
const learners = identityStore('identity');

let count = 0;
/** Someone who signs in, with the address that their name makes. */
export function login(who: string, verified = true): Sub {
  count += 1;
  const sub = Sub.parse(`${who}-${count}`);
  logins.known.set(sub, { email: `${who}@village.example`, verified });
  return sub;
}

/** A learner with a login of their own, and guardians. */
export async function learner(own = login('child'), ...guardians: Sub[]): Promise<ToLearner> {
  const learnerId = newId(LearnerId, 'lrn');
  const profile = { name: '김하늘', birthDate: '2012-05-20', stage: 'middle', areaId: 'river' };
  const input = ProfileInput.parse({ ...profile, language: 'ko' });
  const at = '2025-07-01T00:00:00.000Z';
  await learners.createLearner(own, 'child@village.example', learnerId, input, at);
  for (const sub of guardians) {
    const row = { sub, relation: 'mother', email: 'as-linked@village.example' } as const;
    await transact([learners.putLogin(learnerId, row)]);
  }
  return { kind: 'learner', learnerId };
}

/** Makes a guardian act for another child too. */
export async function alsoActsFor(sub: Sub, { learnerId }: ToLearner): Promise<void> {
  const id = LearnerId.parse(learnerId);
  const link = { relation: 'mother', email: 'as-linked@village.example' } as const;
  const until = Math.floor(Date.now() / 1000) + 3600;
  const times = { since: '2025-07-01T00:00:00.000Z', until };
  await transact(guardianStore('identity').addGuardian({ sub, learnerId: id, ...link, ...times }));
}

/** Makes somebody a guardian whose access to a learner ended an hour ago. */
export async function formerGuardian({ learnerId }: ToLearner, who: string): Promise<void> {
  const link = { relation: 'mother', email: 'as-linked@village.example' } as const;
  const until = Math.floor(Date.now() / 1000) - 3600;
  const row = { sub: login(who), ...link, until, expiresAt: until };
  await transact([learners.putLogin(LearnerId.parse(learnerId), row)]);
}

/** Sends a notice; the event by which the stream tells of it, and its key. */
export async function sent(message: Message) {
  const item = sendNotice('notices', message);
  await transact([item]);
  const row = item.Put?.Item ?? {};
  const Key = { pk: String(row['pk']), sk: 'NOTICE' };
  const image = marshall(row);
  const event: DynamoDBStreamEvent = {
    Records: [
      {
        eventName: 'INSERT',
        // The event's and the SDK's types of the same wire format differ only in how they write unions.
        dynamodb: {
          NewImage: image as NonNullable<
            DynamoDBStreamEvent['Records'][0]['dynamodb']
          >['NewImage'] & {},
        },
      },
    ],
  };
  return { event, Key };
}

/** A notice's row as it is now. */
export const rowOf = async (Key: Record<string, string>) =>
  (await documents.send(new GetCommand({ TableName: 'notices', Key, ConsistentRead: true }))).Item;

export const waitlisted = (to: ToLearner): Message => ({ kind: 'waitlisted', to, facts: {} });

/** A notice to somebody who has no login. */
export const asked: Message = {
  kind: 'consent-asked',
  to: { kind: 'address', email: 'parent@elsewhere.example', language: 'en' },
  facts: { link: 'https://learn.village.example/consent#t', until: '2026-03-05' },
};
