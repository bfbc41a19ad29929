import * as z from 'zod';
import { Sub } from '../runtime/caller.ts';
import type { TransactItem } from '../runtime/dynamodb.ts';
import { type LearnerId, Profile, StaffId } from './contract.ts';
import { Relation } from './guardian.contract.ts';
import { learnerKey } from './rows.store.ts';

/** The proof of a word about consent, beside the learner: never changed, never deleted with a link. */
export const Proof = z.strictObject({
  word: z.enum(['granted', 'refused', 'withdrawn', 'own-given', 'own-withdrawn', 'resolved']),
  at: z.iso.datetime(),
  policyVersion: z.string(),
  textVersion: z.string(),
  /** Whoever said it: a login, or a guardian by a mailed link. */
  by: z.union([
    z.strictObject({ sub: Sub, relation: z.enum(['self', ...Relation.options]) }),
    z.strictObject({ staffId: StaffId }),
    z.strictObject({
      name: Profile.shape.name,
      relation: Relation,
      tokenHash: z.string(),
    }),
    z.strictObject({ tokenHash: z.string() }),
  ]),
});
export type Proof = z.infer<typeof Proof>;

/** The write of a proof. Capacity: 2 write units. */
export function proofOf(table: string, learnerId: LearnerId, proof: Proof): TransactItem {
  // A retry of the same word at the same moment is the same proof.
  const Item = { ...proofKey(learnerId, proof, speaker(proof.by)), ...proof };
  return { Put: { TableName: table, Item } };
}

/** Where a proof stands; `by` is the login, the member of staff, or the hash of a link. */
function proofKey(learnerId: LearnerId, { word, at }: Pick<Proof, 'word' | 'at'>, by: string) {
  return { pk: learnerKey(learnerId), sk: `CONSENT#${at}#${word}#${by}` };
}

function speaker(by: Proof['by']): string {
  if ('sub' in by) return by.sub;
  return 'staffId' in by ? by.staffId : by.tokenHash;
}
