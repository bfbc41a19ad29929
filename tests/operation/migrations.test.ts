import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { ApplicationState } from '../../functions/eligibility/contract.ts';
import { applicationRow, closedLots } from '../../functions/eligibility/rows.store.ts';
import { ConsentId } from '../../functions/identity/consent.contract.ts';
import { LearnerId, MentorId } from '../../functions/identity/contract.ts';
import { tieRequest } from '../../functions/identity/tie.store.ts';
import { certificatePrefix } from '../../functions/mentoring/certificate.store.ts';
import { MentorRequest } from '../../functions/mentoring/request.contract.ts';
import { requestStore } from '../../functions/mentoring/request.store.ts';
import { mentorKey } from '../../functions/mentoring/rows.store.ts';
import { dataLevel, MigrationId, migratedTables } from '../../functions/operation/contract.ts';
import {
  correctionOf,
  type Fields,
  fieldsOf,
  type Migration,
} from '../../functions/operation/migration.rules.ts';
import { migrations, nextMigration } from '../../functions/operation/migrations.rules.ts';
import { accountRow } from '../../functions/provisioning/account.store.ts';
import { Account } from '../../functions/provisioning/contract.ts';
import { application } from '../eligibility/applications.ts';

const id = (prefix: string) =>
  fc
    .string({
      unit: fc.constantFrom(...'0123456789abcdefghjkmnpqrstvwxyz'),
      minLength: 26,
      maxLength: 26,
    })
    .map((text) => `${prefix}_${text}`);

/** Rows of earlier releases that each migration may meet, beside what it does not look at. */
const earlier: Readonly<Record<MigrationId, fc.Arbitrary<Fields>>> = {
  '0001-requests-by-learner': fc.record(
    { consentId: id('cns'), learnerId: id('lrn'), state: fc.constant('granted') },
    { requiredKeys: ['consentId'] },
  ),
  '0002-mentor-requests-by-learner': fc.record({ learnerId: id('lrn') }),
  '0003-certificates-by-mentor': fc.record({ mentorId: id('mnt') }),
  '0004-closed-applications-by-day': fc.record(
    {
      applicationId: id('app'),
      state: fc.constantFrom(...ApplicationState.options),
      changedAt: fc
        .date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })
        .map((at) => at.toISOString()),
      dueLot: fc.constantFrom('3', 'closed-2'),
      dueOn: fc.constant('2026-03-02'),
    },
    { requiredKeys: ['applicationId', 'state', 'changedAt'] },
  ),
  '0005-accounts-by-provider': fc.record(
    {
      learnerId: id('lrn'),
      providerId: fc.constantFrom('mill', 'well'),
      state: fc.constantFrom('creating', 'present', 'changing', 'suspended', 'deleting', 'absent'),
      fence: fc.integer({ min: 1, max: 99 }),
      accountLot: fc.constantFrom('mill#0', 'well#7'),
    },
    { requiredKeys: ['learnerId', 'providerId', 'state', 'fence'] },
  ),
};

/** A table after a migration has looked at each row of its kind. */
function migrated(migration: Migration, table: ReadonlyMap<string, Fields>) {
  const after = new Map(table);
  for (const [key, row] of table) {
    const [pk = '', sk = ''] = key.split(' ');
    if (!pk.startsWith(migration.keyPrefix) || sk !== migration.sortKey) continue;
    const { set, beside } = correctionOf(migration, fieldsOf(migration, row), { pk, sk });
    after.set(
      key,
      Object.fromEntries(Object.entries({ ...row, ...set }).filter(([, v]) => v !== undefined)),
    );
    for (const one of beside) {
      const place = `${one.pk} ${one.sk}`;
      if (!after.has(place)) after.set(place, one);
    }
  }
  return after;
}

describe.each(migrations.map((migration) => [migration.id, migration] as const))(
  'migration %s',
  (name, migration) => {
    it('edge case 47: done twice is done once, whatever rows there are', () => {
      fc.assert(
        fc.property(fc.array(earlier[name], { maxLength: 8 }), (rows) => {
          const table = new Map(
            rows.map((row, at) => [`${migration.keyPrefix}${at} ${migration.sortKey}`, row]),
          );
          const once = migrated(migration, table);
          expect(migrated(migration, once)).toEqual(once);
        }),
      );
    });

    it('keeps to a table that its role has, and has a file of its name', () => {
      expect(migratedTables).toContain(migration.table);
      expect(readdirSync('functions/operation')).toContain(`migration-${name}.rules.ts`);
      expect(migration.attributes).not.toContain('pk');
      expect(migration.attributes).not.toContain('sk');
    });
  },
);

describe('the migrations', () => {
  it('are numbered from 0001 without a gap, and how many they are is the level of data', () => {
    const numbers = MigrationId.options.map((name) => name.slice(0, 5));
    expect(numbers).toEqual(numbers.map((_, at) => `${String(at + 1).padStart(4, '0')}-`));
    expect(dataLevel).toBe(numbers.length);
    const files = readdirSync('functions/operation').filter((file) => /^migration-\d/.test(file));
    expect(files).toHaveLength(numbers.length);
    expect([...new Set(migrations.map(({ table }) => table))].sort()).toEqual(
      [...migratedTables].sort(),
    );
  });

  it('run in their order, each once all before it are done, whatever a newer release ran here', () => {
    const [first] = migrations;
    const newer = { id: '9999-of-a-newer-release', state: 'done' } as const;
    expect(nextMigration([newer])).toBe(first);
    expect(nextMigration(migrations.map(({ id }) => ({ id, state: 'running' })))).toBe(first);
    expect(nextMigration(migrations.map(({ id }) => ({ id, state: 'done' })))).toBeUndefined();
  });
});

const named = (name: MigrationId) => migrations.find((one) => one.id === name);
const learnerId = LearnerId.parse(`lrn_${'1'.repeat(26)}`);

describe('migration 0001: requests for consent are found by their learner', () => {
  const migration = named('0001-requests-by-learner');
  const consentId = ConsentId.parse(`cns_${'0'.repeat(26)}`);
  const key = { pk: `CONSENT#${consentId}`, sk: 'CONSENT' };

  it('edge case 36: a request of which a learner came is tied as identity ties those of today', () => {
    expect(migration?.correct({ consentId, learnerId }, key)).toEqual({
      beside: [tieRequest('identity', learnerId, consentId).Put?.Item],
    });
  });

  it('a request of nobody who became a learner needs nothing', () => {
    expect(migration?.correct({ consentId }, key)).toBeUndefined();
  });
});

describe('migrations 0002 and 0003: what mentoring keeps of somebody is found by them', () => {
  const Row = z.looseObject({ pk: z.string(), sk: z.string() });
  const request = MentorRequest.parse({
    ...{ requestId: `req_${'4'.repeat(26)}`, learnerId, areaId: 'river', state: 'open' },
    ...{ goals: 'Fractions.', subjects: ['mathematics'], topics: [], languages: ['en'] },
    ...{ ways: ['online'], weekly: [{ day: 'monday', from: '16:00', until: '18:00' }] },
    policyVersion: 'first-2026',
    since: '2026-03-02T01:15:30.120Z',
  });

  it('edge case 36: a request that another took the place of is tied as mentoring ties those of today', () => {
    const [put, pointer, tie] = requestStore('mentoring').begin(
      { request, kept: { marks: [], refused: [], vetoed: [], carries: undefined } },
      undefined,
    );
    expect(put?.Put?.Item).toMatchObject({ sk: 'REQUEST' });
    const { pk, sk, ...fields } = Row.parse(pointer?.Put?.Item);
    expect(named('0002-mentor-requests-by-learner')?.correct(fields, { pk, sk })).toEqual({
      beside: [tie?.Put?.Item],
    });
  });

  it('edge case 36: a certificate is tied as mentoring ties those of today', () => {
    const mentorId = MentorId.parse(`mnt_${'2'.repeat(26)}`);
    const key = { pk: `${certificatePrefix}crt_${'3'.repeat(26)}`, sk: 'CERTIFICATE' };
    expect(named('0003-certificates-by-mentor')?.correct({ mentorId }, key)).toEqual({
      beside: [{ pk: mentorKey(mentorId).pk, sk: key.pk }],
    });
  });
});

describe('migration 0004: closed applications are forgotten in their time', () => {
  const migration = named('0004-closed-applications-by-day');
  const Closed = z.object({ applicationId: z.string(), state: z.string(), changedAt: z.string() });

  it('gives a closed application the keys of today, and leaves all others', () => {
    fc.assert(
      fc.property(earlier['0004-closed-applications-by-day'], (fields) => {
        const written = applicationRow(application(Closed.parse(fields)), 1);
        const { dueLot, dueOn, ...key } = written;
        const { set } = migration?.correct(fields, key) ?? {};
        const isClosed = closedLots.includes(dueLot ?? '');
        const today = { ...fields, ...set };
        if (isClosed) expect(today).toMatchObject({ dueLot, dueOn });
        else expect(today).toEqual(fields);
      }),
    );
  });
});

describe('migration 0005: accounts are found by their provider', () => {
  it('edge case 25: gives an account of release 0.1.0 the keys of today, and nothing else', () => {
    fc.assert(
      fc.property(earlier['0005-accounts-by-provider'], ({ accountLot, ...fields }) => {
        const { pk, sk, ...written } = accountRow(Account.parse(fields));
        const { set } = named('0005-accounts-by-provider')?.correct(fields, { pk, sk }) ?? {};
        expect({ ...fields, ...set }).toEqual(written);
      }),
    );
  });
});
