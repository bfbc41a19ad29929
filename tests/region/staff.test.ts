import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../functions/catalogue/contract.ts';
import { ConsentId } from '../../functions/identity/consent.contract.ts';
import { identity } from '../../functions/identity/contract.ts';
import { ProviderId } from '../../regions/schema.ts';
import { granted } from '../people.ts';
import { until } from '../until.ts';
import { people } from './people.ts';

const { inviteStaff, inviteAgain, readStaff } = identity.routes;
const { replaceCourses } = catalogue.routes;
const { listConflicts, readConflict, resolveConflict } = identity.routes;
const { api } = people.administrator;

let count = 0;
function newcomer() {
  count += 1;
  return { email: `officer-${Date.now()}-${count}@example.com`, role: 'officer' } as const;
}

const mailsTo = async (email: string) => (await people.control.mails(email)).length;

describe('an invitation to the staff', () => {
  it('is kept at once, and mailed with a login in the role that it names', async () => {
    const body = newcomer();
    const invited = granted(await api(inviteStaff, { body }));
    expect(invited).toMatchObject({ role: 'officer', state: 'inviting' });
    await until(async () => (await mailsTo(body.email)) === 1);
    const params = { staffId: invited.staffId };
    await until(async () => granted(await api(readStaff, { params })).state === 'invited');
  });

  it('given an address that was invited before: 409 that says how to send it again', async () => {
    const body = newcomer();
    const { staffId } = granted(await api(inviteStaff, { body }));
    const again = await api(inviteStaff, { body: { ...body, email: body.email.toUpperCase() } });
    expect(again).toMatchObject({ status: 409, problem: { code: 'already-staff' } });
    expect(JSON.stringify(again)).toContain(`/staff/${staffId}/invitation`);
  });

  it('is mailed again when it was not used in time', async () => {
    const body = newcomer();
    const { staffId } = granted(await api(inviteStaff, { body }));
    await until(async () => (await mailsTo(body.email)) === 1);
    granted(await api(inviteAgain, { params: { staffId } }));
    await until(async () => (await mailsTo(body.email)) === 2);
  });

  it('given nobody of this id: 404', async () => {
    const staffId = `stf_${'0'.repeat(26)}`;
    const answer = await api(inviteAgain, { params: { staffId } });
    expect(answer).toMatchObject({ status: 404, problem: { code: 'no-such-staff' } });
  });

  it.each([
    ['an area that there is not', { role: 'officer', areaId: 'nowhere' }, 'unknown-area'],
    ['an area for a consultant', { role: 'consultant', areaId: 'mapo' }, 'role-without-area'],
  ] as const)('given %s: 422', async (_, wish, code) => {
    const body = { ...newcomer(), ...wish };
    expect(await api(inviteStaff, { body })).toMatchObject({ status: 422, problem: { code } });
  });
});

describe('what only staff of the whole region may do', () => {
  const codeYard = { providerId: ProviderId.parse('code-yard') };
  const text = readFileSync('regions/courses/seoul/code-yard.csv', 'utf8');
  const conflict = { consentId: ConsentId.parse(`cns_${'0'.repeat(26)}`) };
  const resolution = { outcome: 'refused', reason: 'As both have said.' } as const;

  it('edge case 50: is refused to the coordinator and the officer of an area', async () => {
    const [coordinator, officer] = await Promise.all([
      people.newStaff('coordinator', 'mapo'),
      people.newStaff('officer', 'mapo'),
    ]);
    const answers = await Promise.all([
      coordinator.api(replaceCourses, { params: codeYard, text }),
      officer.api(listConflicts, { query: {} }),
      officer.api(readConflict, { params: conflict }),
      officer.api(resolveConflict, { params: conflict, body: resolution }),
    ]);
    for (const answer of answers)
      expect(answer).toMatchObject({ status: 403, problem: { code: 'whole-region-only' } });
  });

  it('and what is another role’s, to a coordinator, wherever they serve', async () => {
    const { api } = await people.newStaff('coordinator', 'mapo');
    for (const answer of [
      await api(inviteStaff, { body: newcomer() }),
      await api(listConflicts, { query: {} }),
    ])
      expect(answer).toMatchObject({ status: 403, problem: { code: 'wrong-role' } });
  });
});
