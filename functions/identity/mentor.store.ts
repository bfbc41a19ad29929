import { GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { Sub } from '../runtime/caller.ts';
import { documents, put, putNew, transact } from '../runtime/dynamodb.ts';
import { MentorId, type MentorInput, MentorPerson } from './mentor.contract.ts';
import { loginKey } from './rows.store.ts';
import { staysHere } from './tie.store.ts';

/** The mentor that a login is. The address links the two again when a pool is lost or left. */
const MentorLink = z.strictObject({
  pk: z.string(),
  sk: z.literal('MENTOR'),
  mentorId: MentorId,
  email: z.email(),
});

const PersonRow = MentorPerson.extend({
  pk: z.string(),
  sk: z.literal('PERSON'),
  sub: Sub,
  version: z.int().min(1),
});

/** A mentor, with the login that mails go to. */
export interface Person {
  readonly person: MentorPerson;
  readonly sub: Sub;
  readonly version: number;
}

/** Reads and writes of who mentors are; `table` is the identity table's name. */
export function mentorStore(table: string) {
  const get = async (pk: string, sk: 'MENTOR' | 'PERSON') => {
    const key = { TableName: table, Key: { pk, sk }, ConsistentRead: true };
    return (await documents.send(new GetCommand(key))).Item;
  };

  /** The mentor that a login is. Capacity: 1 read unit. */
  async function mentorIdOf(sub: Sub): Promise<MentorId | undefined> {
    return (await linkOf(sub))?.mentorId;
  }

  /** The mentor that a login is, and the address that it had, verified, when it became one. Capacity: 1 read unit. */
  async function linkOf(sub: Sub): Promise<z.infer<typeof MentorLink> | undefined> {
    const item = await get(loginKey(sub), 'MENTOR');
    return item === undefined ? undefined : MentorLink.parse(item);
  }

  /** A mentor. Capacity: 1 read unit. */
  async function readMentor(mentorId: MentorId): Promise<Person | undefined> {
    const item = await get(mentorKey(mentorId), 'PERSON');
    if (item === undefined) return undefined;
    const { pk, sk, sub, version, ...person } = PersonRow.parse(item);
    return { person, sub, version };
  }

  /**
   * Makes a login a mentor; false where it is one already, or is being deleted. Capacity: 8 write units in 1 request.
   */
  async function createMentor(
    sub: Sub,
    email: string,
    mentorId: MentorId,
    input: MentorInput,
  ): Promise<boolean> {
    const link = { pk: loginKey(sub), sk: 'MENTOR' as const, mentorId, email };
    const written = await transact([
      ...staysHere(table, sub),
      putNew(table, link satisfies z.input<typeof MentorLink>),
      putNew(table, rowOf({ person: { mentorId, ...input }, sub, version: 1 })),
    ]);
    return written.done;
  }

  /** Replaces who a mentor is; false where it has changed since it was read. Capacity: 1 write unit. */
  async function keepMentor(next: Person): Promise<boolean> {
    const written = await put({
      TableName: table,
      Item: rowOf({ ...next, version: next.version + 1 }),
      ConditionExpression: 'version = :seen',
      ExpressionAttributeValues: { ':seen': next.version },
    });
    return written.done;
  }

  return { mentorIdOf, linkOf, readMentor, createMentor, keepMentor };
}

const mentorKey = (mentorId: MentorId) => `MENTOR#${mentorId}`;

function rowOf({ person, sub, version }: Person) {
  const key = { pk: mentorKey(person.mentorId), sk: 'PERSON' as const };
  return { ...key, ...person, sub, version } satisfies z.input<typeof PersonRow>;
}
