import { type Paper, PaperId } from '../../functions/documents/contract.ts';
import { documentsStore } from '../../functions/documents/store.ts';
import type { LearnerId } from '../../functions/identity/contract.ts';
import { rememberAnswer } from '../../functions/runtime/idempotency.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { EvidenceId } from '../../regions/schema.ts';

/** A paper that a learner has handed in, and what became of it: clean, unless a test says otherwise. */
export async function paperOf(
  learnerId: LearnerId,
  otherwise: Partial<Paper> = {},
): Promise<Paper> {
  const paper: Paper = {
    paperId: newId(PaperId, 'ppr'),
    learnerId,
    evidenceId: EvidenceId.parse('school-letter'),
    contentType: 'application/pdf',
    bytes: 1,
    sha256: `${'A'.repeat(43)}=`,
    issuedOn: '2025-06-20',
    state: 'clean',
    createdAt: '2025-07-01T00:00:00.000Z',
    dueAt: '2025-10-13T15:00:00.000Z',
    ...otherwise,
  };
  const claim = { id: paper.paperId, fingerprint: '' };
  const answer = rememberAnswer('documents', claim, { status: 201, body: {} });
  await documentsStore('documents').announce(paper, { awaited: 9, kept: 9 }, answer);
  return paper;
}
