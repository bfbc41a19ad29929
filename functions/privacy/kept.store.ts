import type * as z from 'zod';
import { erasureStore as auditErasure } from '../audit/erasure.store.ts';
import { erasureStore as documentsErasure } from '../documents/erasure.store.ts';
import { erasureStore as identityErasure } from '../identity/erasure.store.ts';
import type { privacyEnvironments } from './contract.ts';

/** What privacy shows and erases itself of somebody; for the rest it asks keepers (`keeper.adapter.ts`). */
export function keptIn(environment: z.infer<typeof privacyEnvironments.api>) {
  return {
    identity: identityErasure(environment.IDENTITY_TABLE),
    trail: auditErasure(environment.AUDIT_TABLE),
    papers: documentsErasure(environment.DOCUMENTS_TABLE),
  };
}
