import { describe, expect, it } from 'vitest';
import { grants, handlers } from './grants.ts';
import { resourcesOf, seoul, templateOf } from './template.ts';

/** What a handler may do with rows, without the service's name. */
const rowsOf = (handler: string) =>
  (grants.get(handler) ?? [])
    .filter((grant) => grant.startsWith('dynamodb:') && !grant.includes('/stream'))
    .map((grant) => grant.slice('dynamodb:'.length));

/** What works deletions off: of each table exactly what its erasure calls; of the others' keepers do. */
const erasing = [
  'ConditionCheckItem <MentoringDataTable>',
  'DeleteItem <DocumentsDataTable>',
  'DeleteItem <IdentityDataTable>',
  'DeleteItem <NoticesDataTable>',
  'DeleteItem <PrivacyDataTable>',
  'GetItem <MentoringDataTable>',
  'GetItem <PrivacyDataTable>',
  'PutItem <IdentityDataTable>',
  'PutItem <NoticesDataTable>',
  'PutItem <PrivacyDataTable>',
  'Query <AuditDataTable>',
  'Query <DocumentsDataTable>',
  'Query <IdentityDataTable>',
  'Query <NoticesDataTable>/index/due',
  'UpdateItem <AuditDataTable>',
  'UpdateItem <DocumentsDataTable>',
  'UpdateItem <IdentityDataTable>',
];

/** What rows of a capability a keeper erases. */
const keeping = (table: string) =>
  ['DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'].map(
    (action) => `${action} <${table}DataTable>`,
  );
/** Whether an open report concerns somebody. */
const weighing = ['ConditionCheckItem <MentoringDataTable>', 'GetItem <MentoringDataTable>'];

describe('given a region, when somebody’s account is deleted', () => {
  it.each<[handler: string, rows: string[]]>([
    [
      'privacy/api',
      [
        'BatchGetItem <IdentityDataTable>',
        'DeleteItem <IdentityDataTable>',
        'GetItem <IdentityDataTable>',
        'GetItem <PrivacyDataTable>',
        'PutItem <IdentityDataTable>',
        'PutItem <NoticesDataTable>',
        'PutItem <PrivacyDataTable>',
        'Query <AuditDataTable>',
        'Query <DocumentsDataTable>',
        'Query <IdentityDataTable>',
      ],
    ],
    ['privacy/deletion.trigger', erasing],
    [
      'privacy/due.job',
      [
        ...erasing,
        'BatchGetItem <IdentityDataTable>',
        'GetItem <IdentityDataTable>',
        // What was kept for long enough.
        'DeleteItem <EligibilityDataTable>',
        'DeleteItem <MentoringDataTable>',
        'PutItem <EligibilityDataTable>',
        'Query <EligibilityDataTable>/index/due',
        'Query <MentoringDataTable>/index/list',
        'Query <PrivacyDataTable>/index/due',
      ].sort(),
    ],
    [
      'privacy/mentoring.job',
      [
        ...keeping('Mentoring'),
        'BatchGetItem <MentoringDataTable>',
        'ConditionCheckItem <MentoringDataTable>',
        'PutItem <NoticesDataTable>',
      ].sort(),
    ],
    [
      'privacy/eligibility.job',
      [
        ...keeping('Eligibility'),
        ...weighing,
        'GetItem <IdentityDataTable>',
        'PutItem <AuditDataTable>',
      ].sort(),
    ],
    [
      'privacy/enrolment.job',
      [
        ...keeping('Enrolment'),
        ...weighing,
        'DeleteItem <ProvisioningDataTable>',
        'GetItem <ProvisioningDataTable>',
      ].sort(),
    ],
  ])('then %s does with rows what its stores call, and nothing else', (handler, rows) => {
    expect(rowsOf(handler)).toEqual(rows);
  });

  it('then privacy asks the three keepers, and no function asks another', () => {
    const invoking = handlers.flatMap((handler) =>
      (grants.get(handler) ?? [])
        .filter((grant) => grant.startsWith('lambda:'))
        .map((grant) => `${handler} ${grant}`),
    );
    expect(invoking).toEqual(
      ['privacy/api', 'privacy/deletion.trigger', 'privacy/due.job'].flatMap((handler) =>
        ['Eligibility', 'Enrolment', 'Mentoring'].map(
          (keeper) => `${handler} lambda:InvokeFunction <PrivacyKeepers${keeper}Function>`,
        ),
      ),
    );
  });

  it('then a keeper ends before whoever waits for it, and a deletion can wait for each in turn', () => {
    const seconds = new Map(
      [...resourcesOf(templateOf(seoul), 'AWS::Lambda::Function').values()].map(
        ({ Properties }) => [Properties['Description'], Number(Properties['Timeout'])] as const,
      ),
    );
    const secondsOf = (entry: string) =>
      seconds.get(`functions/${entry}.ts of seoul`) ?? Number.NaN;
    const keepers = ['eligibility', 'enrolment', 'mentoring'].map((one) =>
      secondsOf(`privacy/${one}.job`),
    );
    expect(Math.max(...keepers)).toBeLessThan(secondsOf('privacy/api'));
    const inTurn = keepers.reduce((sum, each) => sum + each);
    expect(inTurn).toBeLessThan(secondsOf('privacy/deletion.trigger'));
    expect(inTurn).toBeLessThan(secondsOf('privacy/due.job'));
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
