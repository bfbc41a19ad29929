import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caseStore, type Search } from '../../functions/eligibility/case.store.ts';
import type { Application } from '../../functions/eligibility/contract.ts';
import { eligibilityStore, readApplication } from '../../functions/eligibility/store.ts';
import { StaffId } from '../../functions/identity/contract.ts';
import { AreaId, GroupId } from '../../regions/schema.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { application, claim } from './applications.ts';

let cloud: Cloud;
const store = eligibilityStore('eligibility');
const cases = caseStore('eligibility');

const morning = '2025-07-01T09:00:00.000Z';
const officer = (digit: string) => StaffId.parse(`stf_${digit.repeat(26)}`);
const list = (areaId: AreaId, limit: number, cursor?: string, filter: Partial<Search> = {}) =>
  cases.listQueue(
    { areaId, asks: officer('1'), now: morning, claimed: 'any', ...filter },
    limit,
    cursor,
  );

beforeAll(async () => {
  cloud = await openCloud();
  await cloud.createTable('eligibility', ['waiting', 'waitingArea', 'submittedAt']);
});
afterAll(() => cloud.close());

const keep = (kept: Application) => store.keep(kept, claim(), '2025-07-01');

describe('given applications that wait in areas', () => {
  it('lists an area page by page, oldest first, each once', async () => {
    const areaId = AreaId.parse('with-pages');
    const sent = Array.from({ length: 23 }, (_, index) =>
      application({ areaId, submittedAt: new Date(1_751_328_000_000 + index * 37).toISOString() }),
    );
    await Promise.all(sent.map((one) => keep(one)));
    await keep(application({ areaId: 'elsewhere' }));
    const listed: Application[] = [];
    let cursor: string | undefined;
    let pages = 0;
    do {
      const page = await list(areaId, 5, cursor);
      expect(page.applications.length).toBeLessThanOrEqual(5);
      listed.push(...page.applications);
      cursor = page.cursor;
      pages += 1;
    } while (cursor !== undefined && pages < 10);
    expect(listed).toEqual(sent);
  });

  it('lists those that an officer asks for, page by page, each once', async () => {
    const areaId = AreaId.parse('with-filters');
    const claim = (by: string, until: string) => ({ by: officer(by), until });
    const kinds = [
      { waitingFor: 'officer-group' },
      { waitingFor: 'registry-unknown', groupId: 'out-of-school' },
      { waitingFor: 'appeal', claim: claim('1', '2025-07-01T09:00:00.001Z') },
      { waitingFor: 'officer-group', claim: claim('2', '2025-07-01T12:00:00.000Z') },
      { waitingFor: 'officer-group', claim: claim('1', morning) },
    ];
    const sent = Array.from({ length: 15 }, (_, index) =>
      application({
        areaId,
        submittedAt: `2025-07-01T00:00:${String(index).padStart(2, '0')}.000Z`,
        ...kinds[index % kinds.length],
      }),
    );
    await Promise.all(sent.map(keep));
    const found = async (filter: Partial<Search>) => {
      const ids: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await list(areaId, 2, cursor, filter);
        ids.push(...page.applications.map(({ applicationId }) => applicationId));
        cursor = page.cursor;
      } while (cursor !== undefined);
      return ids;
    };
    const fitting = (...which: readonly number[]) =>
      sent.flatMap(({ applicationId }, index) =>
        which.includes(index % kinds.length) ? [applicationId] : [],
      );
    expect(await found({})).toEqual(fitting(0, 1, 2, 3, 4));
    expect(await found({ waitingFor: 'officer-group' })).toEqual(fitting(0, 3, 4));
    expect(await found({ groupId: GroupId.parse('out-of-school') })).toEqual(fitting(1));
    expect(await found({ claimed: 'mine' })).toEqual(fitting(2));
    expect(await found({ claimed: 'free' })).toEqual(fitting(0, 1, 4));
    expect(await found({ claimed: 'free', waitingFor: 'officer-group' })).toEqual(fitting(0, 4));
  });

  const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const id = 'APPLICATION#app_00000000000000000000000000';
  const key = {
    pk: id,
    sk: 'APPLICATION',
    waitingArea: 'river',
    submittedAt: '2025-07-01T00:00:00.000Z',
  };

  it.each([
    ['of another shape', encoded({ pk: 'x' })],
    ['empty', encoded({})],
    ['with an empty key', encoded({ ...key, pk: '' })],
    ['with a key more', encoded({ ...key, more: 'x' })],
    ['edge 50: of another area', encoded({ ...key, waitingArea: 'hill' })],
    ['no JSON', 'eyJ'],
  ])('refuses a cursor as malformed: %s', async (_what, cursor) => {
    const listing = list(AreaId.parse('river'), 5, cursor);
    await expect(listing).rejects.toMatchObject({ status: 400, code: 'malformed' });
  });

  it('takes a cursor whose application was decided meanwhile', async () => {
    const page = await list(AreaId.parse('river'), 5, encoded(key));
    expect(page.applications.every(({ areaId }) => areaId === 'river')).toBe(true);
  });
});

describe('an application from a stream', () => {
  it('is the application, without the row’s own keys', () => {
    const waiting = application();
    const row = {
      pk: `APPLICATION#${waiting.applicationId}`,
      sk: 'APPLICATION',
      version: 1,
      waitingArea: 'river',
      ...waiting,
    };
    expect(readApplication(row)).toEqual({ application: waiting, version: 1 });
  });
});
