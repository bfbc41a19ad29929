import type * as z from 'zod';
import type { privacyEnvironments } from './contract.ts';

/**
 * The tables in which each capability keeps what it knows of somebody. Whoever shows or erases it makes the stores: of one
 * that is kept in a constant, a function's code has only what is asked of it (docs/adr/0049-what-is-not-named.md).
 */
export function tablesIn(environment: z.infer<typeof privacyEnvironments.api>) {
  return {
    identity: environment.IDENTITY_TABLE,
    audit: environment.AUDIT_TABLE,
    notices: environment.NOTICES_TABLE,
    documents: environment.DOCUMENTS_TABLE,
    eligibility: environment.ELIGIBILITY_TABLE,
    enrolment: environment.ENROLMENT_TABLE,
    provisioning: environment.PROVISIONING_TABLE,
    mentoring: environment.MENTORING_TABLE,
  };
}
