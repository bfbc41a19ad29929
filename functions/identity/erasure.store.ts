import type { Sub } from '../runtime/caller.ts';
import { transact } from '../runtime/dynamodb.ts';
import {
  type Erasure,
  erased,
  eraseRows,
  type Key,
  type Rests,
  rowsOf,
  waits,
} from '../runtime/erasing.ts';
import { consentStore } from './consent.store.ts';
import type { LearnerId, MentorId } from './contract.ts';
import { Proof } from './proof.store.ts';
import { AskedRow, consentKey, LoginRow, learnerKey, loginKey } from './rows.store.ts';
import { askedPrefix } from './tie.store.ts';

/** What the erasure of one person is told of them; each is absent where they are none. */
export interface Leaver {
  readonly learnerId?: LearnerId | undefined;
  readonly mentorId?: MentorId | undefined;
  /** Their login. */
  readonly sub?: Sub | undefined;
}

/** How a forgotten login's row keeps others from it for a while: longer than a token of it is taken. */
const leftHours = 24;

/** Erasure of who somebody is; `table` is the identity table's name. */
export function erasureStore(table: string) {
  const requests = consentStore(table);

  /** The logins by which a learner hears of things: their own, and the guardians'. Capacity: 1 read unit. */
  async function loginsOf(learnerId: LearnerId) {
    const rows = await rowsOf(table, learnerKey(learnerId), 'LOGIN#');
    return rows.map((row) => LoginRow.parse(row));
  }

  /** The requests for consent that a learner came of, or made since. Capacity: 1 read unit, and 1 for each. */
  async function requestsOf(learnerId: LearnerId) {
    const rows = await rowsOf(table, learnerKey(learnerId), askedPrefix);
    const ids = rows.map((row) => AskedRow.shape.consentId.parse(row['consentId']));
    const found = await Promise.all(ids.map((id) => requests.readRequest(id)));
    return found.flatMap((request) => request ?? []);
  }

  /** The words about consent that were said for a learner. Capacity: 1 read unit for 4 KB. */
  async function proofsOf(learnerId: LearnerId): Promise<readonly Proof[]> {
    const rows = await rowsOf(table, learnerKey(learnerId), 'CONSENT#');
    return rows.map(({ pk, sk, expiresAt, ...proof }) => Proof.parse(proof));
  }

  /**
   * Erases who somebody was: name, birth date, guardians' addresses, links. What was said about consent stays as long as the
   * law wants it shown, without a name (docs/adr/0029-account-deletion.md). Capacity: 1 read unit for 4 KB, and 2 write
   * units for each row.
   *
   * @param proofsUntil - seconds since the epoch at which the proofs are forgotten
   * @param rests - what each deletion rests on
   */
  async function erase(leaver: Leaver, proofsUntil: number, rests: Rests): Promise<Erasure> {
    const { learnerId, mentorId, sub } = leaver;
    const held = waits('report');
    if (learnerId !== undefined) {
      if (!(await eraseRequests(learnerId, rests))) return held;
      if (!(await bareProofs(learnerId, proofsUntil, rests))) return held;
      const rows = await rowsOf(table, learnerKey(learnerId));
      const gone = rows.filter(({ sk }) => !sk.startsWith('CONSENT#'));
      // Guardians' ties go with their rows of the learner; who is asked anew finds the profile last.
      const last = (row: Key) => (row.sk === 'PROFILE' ? 1 : 0);
      const inOrder = [...gone].sort((a, b) => last(a) - last(b));
      if (!(await eraseRows(table, inOrder, rests))) return held;
    }
    if (mentorId !== undefined) {
      const key = { pk: `MENTOR#${mentorId}`, sk: 'PERSON' };
      if (!(await eraseRows(table, [key], rests))) return held;
    }
    if (sub !== undefined && !(await eraseRows(table, await keysOfLogin(sub), rests))) return held;
    return erased;
  }

  /** A login's rows but the one that says that it is leaving. */
  async function keysOfLogin(sub: Sub): Promise<readonly Key[]> {
    return (await rowsOf(table, loginKey(sub))).filter(({ sk }) => sk !== 'SELF');
  }

  async function eraseRequests(learnerId: LearnerId, rests: Rests): Promise<boolean> {
    const asked = await rowsOf(table, learnerKey(learnerId), askedPrefix);
    const keys = asked.map(({ consentId }) =>
      consentKey(AskedRow.shape.consentId.parse(consentId)),
    );
    return eraseRows(table, keys, rests);
  }

  /** Takes the names out of what was said about consent, and says until when it is kept. */
  async function bareProofs(learnerId: LearnerId, until: number, rests: Rests): Promise<boolean> {
    for (const { pk, sk, ...row } of await rowsOf(table, learnerKey(learnerId), 'CONSENT#')) {
      const { expiresAt, ...kept } = row;
      if (expiresAt !== undefined) continue;
      const proof = Proof.parse(kept);
      const by = 'name' in proof.by ? { tokenHash: proof.by.tokenHash } : proof.by;
      const Item = { pk, sk, ...proof, by, expiresAt: until };
      if (!(await transact([{ Put: { TableName: table, Item } }, ...rests])).done) return false;
    }
    return true;
  }

  /** Lets a login's last row be forgotten, once the login itself is gone. Capacity: 2 write units. */
  async function letGo(sub: Sub, seconds: number): Promise<void> {
    await transact([
      {
        Update: {
          TableName: table,
          Key: { pk: loginKey(sub), sk: 'SELF' },
          UpdateExpression: 'SET leaving = :yes, expiresAt = :later',
          ExpressionAttributeValues: { ':yes': true, ':later': seconds + leftHours * 3600 },
        },
      },
    ]);
  }

  return { loginsOf, requestsOf, proofsOf, erase, letGo };
}
