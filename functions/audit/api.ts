import { timestamp } from '../../regions/calendar.ts';
import { memberStore } from '../identity/member.store.ts';
import { now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { Ruled } from '../runtime/errors.ts';
import { type Call, serve } from '../runtime/http.ts';
import { region } from '../runtime/region.ts';
import { append } from '../runtime/trail.ts';
import { audit, auditEnvironments, type Happening } from './contract.ts';
import { periodOf } from './period.rules.ts';
import { auditStore } from './store.ts';

const environment = readEnvironment(auditEnvironments.api);
const store = auditStore(environment.AUDIT_TABLE);
const staff = memberStore(environment.IDENTITY_TABLE, region);

async function listEntries({ caller, query }: Call<typeof audit.routes.listEntries>) {
  const { learnerId, staffId, limit, cursor } = query;
  const period = periodOf(region, query);
  if (period === undefined) throw reversed();
  const { staffId: reader } = await staff.memberOf(caller);
  const happening: Happening = {
    at: timestamp(now()),
    actor: { kind: 'staff', staffId: reader },
    action: 'audit-read',
    subjects: staffId === undefined ? [] : [staffId],
    details: [],
  };
  if (learnerId !== undefined && staffId === undefined) {
    await append(environment.AUDIT_TABLE, { ...happening, learnerId });
    return { body: await store.listOfLearner(learnerId, limit, cursor, period) };
  }
  if (staffId !== undefined && learnerId === undefined) {
    await append(environment.AUDIT_TABLE, happening);
    return { body: await store.listOfStaff(staffId, limit, cursor, period) };
  }
  throw new Ruled({
    code: 'learner-or-staff',
    detail: 'Say about whom with "?learnerId=", or by whom with "?staffId=": one of the two.',
  });
}

function reversed(): Ruled {
  return new Ruled({
    code: 'days-reversed',
    detail: 'The last day "?until=" is before the first "?from=". Write them the other way round.',
  });
}

export const handler = serve(audit, { listEntries });
