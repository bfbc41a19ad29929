import { GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { MentorId } from '../identity/contract.ts';
import type { Sub } from '../runtime/caller.ts';
import { documents, putNew, transact } from '../runtime/dynamodb.ts';
import { derivedId } from '../runtime/ids.ts';
import { CertificateCode, Certified } from './certificate.contract.ts';
import { mentorKey } from './rows.store.ts';

const CertificateRow = Certified.extend({
  pk: z.string(),
  sk: z.literal('CERTIFICATE'),
  /** Whose, so that it goes when they are forgotten. */
  mentorId: MentorId,
});

/** Certificates of activity as they were issued; `table` is the mentoring table's name. */
export function certificateStore(table: string) {
  /**
   * Keeps a certificate under a code that only its mentor knows. What was issued stays as it was: the same facts have
   * the same code, with the day on which they were first certified. Capacity: 4 write units, and 1 read unit.
   *
   * @param sub - the mentor's login, which nobody else knows
   */
  async function issue(
    { mentorId, sub }: { readonly mentorId: MentorId; readonly sub: Sub },
    certified: Certified,
  ) {
    const { issuedOn, ...facts } = certified;
    const code = derivedId(CertificateCode, 'crt', sub, mentorId, JSON.stringify(facts));
    const row = { ...keyOf(code), ...certified, mentorId } satisfies z.input<typeof CertificateRow>;
    // In the mentor's partition too, so that it goes with them.
    const mine = { pk: mentorKey(mentorId).pk, sk: certificatePrefix + code };
    const written = await transact([putNew(table, row), putNew(table, mine)]);
    const kept = written.done ? certified : ((await read(code)) ?? certified);
    return { code, certified: kept };
  }

  /** What was certified under a code. Capacity: 1 read unit. */
  async function read(code: CertificateCode): Promise<Certified | undefined> {
    const { Item } = await documents.send(
      new GetCommand({ TableName: table, Key: keyOf(code), ConsistentRead: true }),
    );
    if (Item === undefined) return undefined;
    const { pk, sk, mentorId, ...certified } = CertificateRow.parse(Item);
    return certified;
  }

  return { issue, read };
}

/** How keys of certificates begin, and of what leads to them from their mentor. */
export const certificatePrefix = 'CERTIFICATE#';

const keyOf = (code: CertificateCode) => ({
  pk: certificatePrefix + code,
  sk: 'CERTIFICATE' as const,
});
