import { describe, expect, it } from 'vitest';
import { grants, handlers } from './grants.ts';

/** What a handler may do in DynamoDB, without the service's name. */
const dynamoGrants = (handler: string) =>
  (grants.get(handler) ?? [])
    .filter((grant) => grant.startsWith('dynamodb:'))
    .map((grant) => grant.slice('dynamodb:'.length));

/** The table whose stream each trigger follows. */
const followed: Readonly<Record<string, string>> = {
  'documents/erase.trigger': 'Documents',
  'identity/invitation.trigger': 'Identity',
  'eligibility/learner.trigger': 'Identity',
  'eligibility/offer.trigger': 'Eligibility',
  'enrolment/approval.trigger': 'Eligibility',
  'enrolment/seats.trigger': 'Enrolment',
  'mentoring/round.trigger': 'Mentoring',
  'notices/mail.trigger': 'Notices',
  'provisioning/dispatch.trigger': 'Enrolment',
};

describe('given a region, when its functions act on tables', () => {
  it.each<[handler: string, ...rows: string[]]>([
    ['about/api'],
    [
      'catalogue/api',
      'BatchGetItem <CatalogueDataTable>',
      'BatchWriteItem <CatalogueDataTable>',
      'DeleteItem <CatalogueDataTable>',
      'GetItem <CatalogueDataTable>',
      'GetItem <EligibilityDataTable>',
      'GetItem <IdentityDataTable>',
      'PutItem <AuditDataTable>',
      'PutItem <CatalogueDataTable>',
      'Query <CatalogueDataTable>',
      'Query <IdentityDataTable>',
      'UpdateItem <CatalogueDataTable>',
    ],
    [
      'documents/api',
      'DeleteItem <DocumentsDataTable>',
      'GetItem <DocumentsDataTable>',
      'GetItem <IdentityDataTable>',
      'PutItem <AuditDataTable>',
      'PutItem <DocumentsDataTable>',
      'Query <DocumentsDataTable>',
      'Query <IdentityDataTable>',
      'UpdateItem <DocumentsDataTable>',
    ],
    ['documents/erase.trigger'],
    [
      'documents/expiry.job',
      'DeleteItem <DocumentsDataTable>',
      'Query <DocumentsDataTable>/index/due',
      'UpdateItem <DocumentsDataTable>',
    ],
    [
      'documents/scan.worker',
      'GetItem <DocumentsDataTable>',
      'PutItem <DocumentsDataTable>',
      'UpdateItem <DocumentsDataTable>',
    ],
    [
      'audit/api',
      'GetItem <IdentityDataTable>',
      'PutItem <AuditDataTable>',
      'Query <AuditDataTable>',
      'Query <AuditDataTable>/index/staff',
    ],
    [
      'eligibility/api',
      'BatchGetItem <EligibilityDataTable>',
      'ConditionCheckItem <IdentityDataTable>',
      'DeleteItem <EligibilityDataTable>',
      'GetItem <EligibilityDataTable>',
      'GetItem <IdentityDataTable>',
      'PutItem <AuditDataTable>',
      'PutItem <EligibilityDataTable>',
      'PutItem <NoticesDataTable>',
      'Query <DocumentsDataTable>',
      'Query <EligibilityDataTable>',
      'Query <EligibilityDataTable>/index/waiting',
      'Query <IdentityDataTable>',
      'UpdateItem <EligibilityDataTable>',
    ],
    [
      'eligibility/due.job',
      'DeleteItem <EligibilityDataTable>',
      'GetItem <EligibilityDataTable>',
      'PutItem <AuditDataTable>',
      'PutItem <EligibilityDataTable>',
      'PutItem <NoticesDataTable>',
      'Query <EligibilityDataTable>',
      'Query <EligibilityDataTable>/index/due',
      'UpdateItem <EligibilityDataTable>',
    ],
    [
      'eligibility/learner.trigger',
      'DeleteItem <EligibilityDataTable>',
      'GetItem <EligibilityDataTable>',
      'PutItem <AuditDataTable>',
      'PutItem <EligibilityDataTable>',
      'PutItem <NoticesDataTable>',
      'Query <EligibilityDataTable>',
      'UpdateItem <EligibilityDataTable>',
    ],
    [
      'eligibility/offer.trigger',
      'DeleteItem <EligibilityDataTable>',
      'GetItem <DocumentsDataTable>',
      'GetItem <EligibilityDataTable>',
      'PutItem <AuditDataTable>',
      'PutItem <DocumentsDataTable>',
      'PutItem <EligibilityDataTable>',
      'PutItem <NoticesDataTable>',
      'Query <DocumentsDataTable>',
      'Query <EligibilityDataTable>',
      'UpdateItem <EligibilityDataTable>',
    ],
    [
      'enrolment/api',
      'DeleteItem <EnrolmentDataTable>',
      'GetItem <EligibilityDataTable>',
      'GetItem <EnrolmentDataTable>',
      'PutItem <EnrolmentDataTable>',
      'PutItem <NoticesDataTable>',
      'Query <EnrolmentDataTable>',
      'Query <IdentityDataTable>',
      'UpdateItem <EnrolmentDataTable>',
    ],
    [
      'enrolment/approval.trigger',
      'DeleteItem <EnrolmentDataTable>',
      'GetItem <EnrolmentDataTable>',
      'PutItem <EnrolmentDataTable>',
      'PutItem <NoticesDataTable>',
      'Query <EnrolmentDataTable>',
      'UpdateItem <EnrolmentDataTable>',
    ],
    [
      'enrolment/due.job',
      'DeleteItem <EnrolmentDataTable>',
      'GetItem <EligibilityDataTable>',
      'GetItem <EnrolmentDataTable>',
      'PutItem <EnrolmentDataTable>',
      'PutItem <NoticesDataTable>',
      'Query <EnrolmentDataTable>',
      'Query <EnrolmentDataTable>/index/due',
      'UpdateItem <EnrolmentDataTable>',
    ],
    ['enrolment/rebalance.job', 'Query <EnrolmentDataTable>', 'UpdateItem <EnrolmentDataTable>'],
    [
      'enrolment/seats.trigger',
      'DeleteItem <EnrolmentDataTable>',
      'GetItem <EnrolmentDataTable>',
      'PutItem <EnrolmentDataTable>',
      'PutItem <NoticesDataTable>',
      'Query <EnrolmentDataTable>',
      'UpdateItem <EnrolmentDataTable>',
    ],
    ['identity/abandoned.job'],
    [
      'identity/api',
      'BatchGetItem <IdentityDataTable>',
      'ConditionCheckItem <IdentityDataTable>',
      'GetItem <IdentityDataTable>',
      'PutItem <AuditDataTable>',
      'PutItem <IdentityDataTable>',
      'PutItem <NoticesDataTable>',
      'Query <IdentityDataTable>',
      'Query <IdentityDataTable>/index/due',
      'UpdateItem <IdentityDataTable>',
    ],
    [
      'identity/consent.job',
      'GetItem <IdentityDataTable>',
      'PutItem <IdentityDataTable>',
      'PutItem <NoticesDataTable>',
      'Query <IdentityDataTable>',
      'Query <IdentityDataTable>/index/due',
      'UpdateItem <IdentityDataTable>',
    ],
    [
      'identity/invitation.trigger',
      'GetItem <IdentityDataTable>',
      'PutItem <IdentityDataTable>',
      'UpdateItem <IdentityDataTable>',
    ],
    [
      'notices/mail.trigger',
      'GetItem <IdentityDataTable>',
      'GetItem <NoticesDataTable>',
      'Query <IdentityDataTable>',
      'UpdateItem <NoticesDataTable>',
    ],
    [
      'notices/resend.job',
      'GetItem <IdentityDataTable>',
      'GetItem <NoticesDataTable>',
      'Query <IdentityDataTable>',
      'Query <NoticesDataTable>/index/due',
      'UpdateItem <NoticesDataTable>',
    ],
    [
      'provisioning/account.worker',
      'GetItem <EnrolmentDataTable>',
      'GetItem <ProvisioningDataTable>',
      'PutItem <EnrolmentDataTable>',
      'PutItem <ProvisioningDataTable>',
    ],
    ['provisioning/dispatch.trigger'],
    [
      'provisioning/sweep.job',
      'PutItem <EnrolmentDataTable>',
      'Query <EnrolmentDataTable>/index/pending',
    ],
    [
      'mentoring/api',
      'BatchGetItem <EligibilityDataTable>',
      'BatchGetItem <IdentityDataTable>',
      'BatchGetItem <MentoringDataTable>',
      'ConditionCheckItem <MentoringDataTable>',
      'DeleteItem <MentoringDataTable>',
      'GetItem <EligibilityDataTable>',
      'GetItem <IdentityDataTable>',
      'GetItem <MentoringDataTable>',
      'PutItem <AuditDataTable>',
      'PutItem <MentoringDataTable>',
      'PutItem <NoticesDataTable>',
      'Query <DocumentsDataTable>',
      'Query <EligibilityDataTable>',
      'Query <IdentityDataTable>',
      'Query <MentoringDataTable>',
      'Query <MentoringDataTable>/index/list',
      'UpdateItem <MentoringDataTable>',
    ],
    [
      'mentoring/due.job',
      'BatchGetItem <MentoringDataTable>',
      'ConditionCheckItem <MentoringDataTable>',
      'DeleteItem <MentoringDataTable>',
      'GetItem <EligibilityDataTable>',
      'GetItem <IdentityDataTable>',
      'GetItem <MentoringDataTable>',
      'PutItem <AuditDataTable>',
      'PutItem <MentoringDataTable>',
      'PutItem <NoticesDataTable>',
      'Query <MentoringDataTable>',
      'Query <MentoringDataTable>/index/due',
      'Query <MentoringDataTable>/index/list',
      'UpdateItem <MentoringDataTable>',
    ],
    [
      'mentoring/round.trigger',
      'BatchGetItem <IdentityDataTable>',
      'BatchGetItem <MentoringDataTable>',
      'BatchWriteItem <MentoringDataTable>',
      'ConditionCheckItem <MentoringDataTable>',
      'DeleteItem <MentoringDataTable>',
      'GetItem <EligibilityDataTable>',
      'GetItem <IdentityDataTable>',
      'GetItem <MentoringDataTable>',
      'PutItem <AuditDataTable>',
      'PutItem <MentoringDataTable>',
      'PutItem <NoticesDataTable>',
      'Query <MentoringDataTable>',
      'Query <MentoringDataTable>/index/list',
      'UpdateItem <MentoringDataTable>',
    ],
  ])('then %s does with rows what its stores call, and nothing else', (handler, ...rows) => {
    expect(dynamoGrants(handler).filter((grant) => !grant.includes('/stream'))).toEqual(rows);
  });

  it('then nobody changes or deletes a line of the audit trail, and only its own route reads it', () => {
    const uses = handlers.flatMap((handler) =>
      dynamoGrants(handler)
        .filter((grant) => grant.includes('<AuditDataTable>'))
        .map((grant) => `${handler} ${grant.split(' ')[0]}`),
    );
    expect(uses.filter((use) => !use.endsWith(' PutItem'))).toEqual([
      'audit/api Query',
      'audit/api Query',
    ]);
    expect(uses).toContain('eligibility/api PutItem');
  });

  it.each(handlers.map((handler) => [handler, followed[handler] ?? 'no table'] as const))(
    'then %s follows the stream of %s',
    (handler, table) => {
      const following = ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].flatMap(
        (action) =>
          handler in followed
            ? `${action} <${table}DataTable>/stream${action === 'ListStreams' ? '/*' : ''}`
            : [],
      );
      expect(dynamoGrants(handler).filter((grant) => grant.includes('/stream'))).toEqual(following);
    },
  );
});
