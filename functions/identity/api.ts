import { readEnvironment } from '../runtime/environment.ts';
import { Conflict, NotFound, Ruled } from '../runtime/errors.ts';
import { type Call, serve } from '../runtime/http.ts';
import { newId } from '../runtime/ids.ts';
import { region } from '../runtime/region.ts';
import { asking } from './asking.api.ts';
import { conflicts } from './conflict.api.ts';
import { answering } from './consent.api.ts';
import { identity, identityEnvironments, type Staff, StaffId } from './contract.ts';
import { guarding } from './guardian.api.ts';
import { inviting } from './inviting.api.ts';
import { linking } from './linking.api.ts';
import { mentoring } from './mentor.api.ts';
import { profiles } from './profile.api.ts';
import { judgeInvitation } from './rules.ts';
import { staffStore } from './staff.store.ts';

const environment = readEnvironment(identityEnvironments.api);
const staff = staffStore(environment.IDENTITY_TABLE, region);

type Routes = typeof identity.routes;

async function inviteStaff({ body, claim }: Call<Routes['inviteStaff']>) {
  const verdict = judgeInvitation(region, body);
  if (verdict.kind === 'refused') {
    throw verdict.code === 'already-staff' ? new Conflict(verdict) : new Ruled(verdict);
  }
  const { email, ...rest } = body;
  const invited: Staff = { staffId: newId(StaffId, 'stf'), ...rest, state: 'inviting' };
  await staff.invite(invited, body, claim);
  return { body: invited };
}

async function inviteAgain({ params, claim }: Call<Routes['inviteAgain']>) {
  const found = await staff.readStaff(params.staffId);
  if (found === undefined) throw noSuchStaff();
  const invited: Staff = { ...found, state: 'inviting' };
  await staff.inviteAgain(invited, claim);
  return { body: invited };
}

async function readStaff({ params }: Call<Routes['readStaff']>) {
  const found = await staff.readStaff(params.staffId);
  if (found !== undefined) return { body: found };
  throw noSuchStaff();
}

function noSuchStaff(): NotFound {
  return new NotFound({ code: 'no-such-staff', detail: 'Nobody of the staff has this id.' });
}

export const handler = serve(
  identity,
  {
    ...profiles,
    ...guarding,
    ...inviting,
    ...linking,
    ...asking,
    ...answering,
    ...conflicts,
    ...mentoring,
    inviteStaff,
    inviteAgain,
    readStaff,
  },
  environment.IDENTITY_TABLE,
);
