import type * as z from 'zod';
import type { Region } from '../../regions/schema.ts';
import { erasureStore as auditErasure } from '../audit/erasure.store.ts';
import { erasureStore as documentsErasure } from '../documents/erasure.store.ts';
import { erasureStore as eligibilityErasure } from '../eligibility/erasure.store.ts';
import { erasureStore as enrolmentErasure } from '../enrolment/erasure.store.ts';
import { actingStore } from '../identity/acting.store.ts';
import { erasureStore as identityErasure } from '../identity/erasure.store.ts';
import { erasureStore as mentoringErasure } from '../mentoring/erasure.store.ts';
import { erasureStore as provisioningErasure } from '../provisioning/erasure.store.ts';
import type { privacyEnvironments } from './contract.ts';

/** What each capability keeps of somebody, to be shown and to be erased, in the tables that an environment names. */
export function keptIn(environment: z.infer<typeof privacyEnvironments.api>, region: Region) {
  const tables = {
    identity: environment.IDENTITY_TABLE,
    audit: environment.AUDIT_TABLE,
    notices: environment.NOTICES_TABLE,
    eligibility: environment.ELIGIBILITY_TABLE,
    enrolment: environment.ENROLMENT_TABLE,
    mentoring: environment.MENTORING_TABLE,
  };
  return {
    tables,
    learners: actingStore(tables.identity),
    identity: identityErasure(tables.identity),
    trail: auditErasure(tables.audit),
    papers: documentsErasure(environment.DOCUMENTS_TABLE),
    cases: eligibilityErasure(tables),
    places: enrolmentErasure(tables, region),
    accounts: provisioningErasure(environment.PROVISIONING_TABLE),
    mentoring: mentoringErasure(tables, region),
  };
}
