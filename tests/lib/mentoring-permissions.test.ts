import { describe, expect, it } from 'vitest';
import { rowGrants } from './grants.ts';

const everyone = [
  'GetItem <IdentityDataTable>',
  'GetItem <MentoringDataTable>',
  'PutItem <AuditDataTable>',
  'PutItem <MentoringDataTable>',
  'PutItem <NoticesDataTable>',
  'Query <MentoringDataTable>',
  'Query <MentoringDataTable>/index/list',
];
const everyApi = ['BatchGetItem <IdentityDataTable>', 'Query <IdentityDataTable>'];

describe('given a region, when the functions of mentoring act on tables', () => {
  it.each<[handler: string, ...rows: string[]]>([
    [
      'mentoring/sessions.api',
      'BatchGetItem <MentoringDataTable>',
      'DeleteItem <MentoringDataTable>',
      'GetItem <EligibilityDataTable>',
      'UpdateItem <MentoringDataTable>',
    ],
    [
      'mentoring/matching.api',
      'BatchGetItem <MentoringDataTable>',
      'ConditionCheckItem <MentoringDataTable>',
      'DeleteItem <MentoringDataTable>',
      'GetItem <EligibilityDataTable>',
      'UpdateItem <MentoringDataTable>',
    ],
    [
      'mentoring/mentorships.api',
      'ConditionCheckItem <MentoringDataTable>',
      'GetItem <EligibilityDataTable>',
      'UpdateItem <MentoringDataTable>',
    ],
    [
      'mentoring/mentors.api',
      'BatchGetItem <EligibilityDataTable>',
      'BatchGetItem <MentoringDataTable>',
      'ConditionCheckItem <MentoringDataTable>',
      'DeleteItem <MentoringDataTable>',
      'Query <DocumentsDataTable>',
      'Query <EligibilityDataTable>',
    ],
    [
      'mentoring/appointments.api',
      'BatchGetItem <MentoringDataTable>',
      'ConditionCheckItem <MentoringDataTable>',
      'DeleteItem <MentoringDataTable>',
      'GetItem <EligibilityDataTable>',
      'UpdateItem <MentoringDataTable>',
    ],
    [
      'mentoring/due.job',
      'BatchGetItem <MentoringDataTable>',
      'ConditionCheckItem <MentoringDataTable>',
      'DeleteItem <MentoringDataTable>',
      'GetItem <EligibilityDataTable>',
      'Query <MentoringDataTable>/index/due',
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
      'UpdateItem <MentoringDataTable>',
    ],
  ])(
    'then %s does with rows what all do, what its stores call beside, and nothing else',
    (handler, ...own) => {
      const shared = handler.endsWith('.api') ? [...everyone, ...everyApi] : everyone;
      expect(rowGrants(handler)).toEqual([...shared, ...own].toSorted());
    },
  );
});
