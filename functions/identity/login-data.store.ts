import type { Sub } from '../runtime/caller.ts';
import { rowsOf } from '../runtime/erasing.ts';
import { consentStore } from './consent.store.ts';
import { erasureStore } from './erasure.store.ts';
import { loginKey, SelfRow, WardRow } from './rows.store.ts';

/** What is kept of a login beside the learner or the mentor that it is; `table` is the identity table's name. */
export function loginDataStore(table: string) {
  const requests = consentStore(table);
  const { proofsOf } = erasureStore(table);

  /**
   * A login's address, what it asked its guardians, and as whose guardian it is kept, with the words that it said about
   * consent: also of children who have come of age, until DynamoDB forgets the tie. Undefined where nothing is kept, or the
   * login is being deleted. Capacity: 1 read unit, 1 for the request, and 1 for 4 KB of each child's proofs.
   */
  async function keptOf(sub: Sub) {
    const rows = await rowsOf(table, loginKey(sub));
    const found = rows.find(({ sk }) => sk === 'SELF');
    const self = found === undefined ? undefined : SelfRow.parse(found);
    const wards = rows.filter(({ sk }) => sk.startsWith('WARD#')).map((row) => WardRow.parse(row));
    if (self?.leaving || (self === undefined && wards.length === 0)) return undefined;
    const { consentId, email } = self ?? {};
    const [asked, guardian] = await Promise.all([
      consentId === undefined ? undefined : requests.readRequest(consentId),
      Promise.all(wards.map((ward) => ofWard(sub, ward))),
    ]);
    return { email, asked, guardian };
  }

  async function ofWard(
    sub: Sub,
    { learnerId, relation, email, since }: ReturnType<typeof WardRow.parse>,
  ) {
    const spoken = (await proofsOf(learnerId)).filter(({ by }) => 'sub' in by && by.sub === sub);
    return { learnerId, relation, email, since, proofs: spoken };
  }

  return { keptOf };
}
