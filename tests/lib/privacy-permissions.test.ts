import { describe, expect, it } from 'vitest';
import { grants, handlers } from './grants.ts';

/** What a handler may do with rows, without the service's name. */
const rowsOf = (handler: string) =>
  (grants.get(handler) ?? [])
    .filter((grant) => grant.startsWith('dynamodb:') && !grant.includes('/stream'))
    .map((grant) => grant.slice('dynamodb:'.length));

/** What works deletions off: of each table exactly what its erasure calls. */
const erasing = [
  'BatchGetItem <MentoringDataTable>',
  'ConditionCheckItem <MentoringDataTable>',
  'DeleteItem <DocumentsDataTable>',
  'DeleteItem <EligibilityDataTable>',
  'DeleteItem <EnrolmentDataTable>',
  'DeleteItem <IdentityDataTable>',
  'DeleteItem <MentoringDataTable>',
  'DeleteItem <NoticesDataTable>',
  'DeleteItem <PrivacyDataTable>',
  'DeleteItem <ProvisioningDataTable>',
  'GetItem <EligibilityDataTable>',
  'GetItem <EnrolmentDataTable>',
  'GetItem <IdentityDataTable>',
  'GetItem <MentoringDataTable>',
  'GetItem <PrivacyDataTable>',
  'GetItem <ProvisioningDataTable>',
  'PutItem <AuditDataTable>',
  'PutItem <EligibilityDataTable>',
  'PutItem <EnrolmentDataTable>',
  'PutItem <IdentityDataTable>',
  'PutItem <MentoringDataTable>',
  'PutItem <NoticesDataTable>',
  'PutItem <PrivacyDataTable>',
  'Query <AuditDataTable>',
  'Query <DocumentsDataTable>',
  'Query <EligibilityDataTable>',
  'Query <EnrolmentDataTable>',
  'Query <IdentityDataTable>',
  'Query <MentoringDataTable>',
  'Query <NoticesDataTable>/index/due',
  'UpdateItem <AuditDataTable>',
  'UpdateItem <DocumentsDataTable>',
  'UpdateItem <EligibilityDataTable>',
  'UpdateItem <EnrolmentDataTable>',
  'UpdateItem <IdentityDataTable>',
  'UpdateItem <MentoringDataTable>',
];

describe('given a region, when somebody’s account is deleted', () => {
  it.each<[handler: string, rows: string[]]>([
    [
      'privacy/api',
      [
        'BatchGetItem <IdentityDataTable>',
        'BatchGetItem <MentoringDataTable>',
        'DeleteItem <IdentityDataTable>',
        'GetItem <EligibilityDataTable>',
        'GetItem <EnrolmentDataTable>',
        'GetItem <IdentityDataTable>',
        'GetItem <MentoringDataTable>',
        'GetItem <PrivacyDataTable>',
        'GetItem <ProvisioningDataTable>',
        'PutItem <IdentityDataTable>',
        'PutItem <NoticesDataTable>',
        'PutItem <PrivacyDataTable>',
        'Query <AuditDataTable>',
        'Query <DocumentsDataTable>',
        'Query <EligibilityDataTable>',
        'Query <EnrolmentDataTable>',
        'Query <IdentityDataTable>',
        'Query <MentoringDataTable>',
      ],
    ],
    ['privacy/deletion.trigger', erasing],
    [
      'privacy/due.job',
      [
        ...erasing,
        'BatchGetItem <IdentityDataTable>',
        'Query <EligibilityDataTable>/index/due',
        'Query <MentoringDataTable>/index/list',
        'Query <PrivacyDataTable>/index/due',
      ].sort(),
    ],
  ])('then %s does with rows what its stores call, and nothing else', (handler, rows) => {
    expect(rowsOf(handler)).toEqual(rows);
  });

  it('then nobody deletes a line of the audit trail, its own route and its subject read it, and only a deletion says until when it is kept', () => {
    const uses = handlers.flatMap((handler) =>
      rowsOf(handler)
        .filter((grant) => grant.includes('<AuditDataTable>'))
        .map((grant) => `${handler} ${grant.split(' ')[0]}`),
    );
    expect(uses.filter((use) => !use.endsWith(' PutItem'))).toEqual([
      'audit/api Query',
      'audit/api Query',
      'privacy/api Query',
      ...['privacy/deletion.trigger', 'privacy/due.job'].flatMap((handler) => [
        `${handler} Query`,
        `${handler} UpdateItem`,
      ]),
    ]);
    expect(uses).toContain('eligibility/api PutItem');
  });
});
