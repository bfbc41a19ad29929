import { timestamp } from '../../regions/calendar.ts';
import type { Names } from '../identity/names.store.ts';
import { now } from '../runtime/clock.ts';
import type { Call } from '../runtime/http.ts';
import { append } from '../runtime/trail.ts';
import type { mentoring } from './contract.ts';
import type { Mentorship } from './mentorship.contract.ts';
import { mentorshipStore } from './mentorship.store.ts';
import type { MentorshipCase } from './offer.contract.ts';
import { bothOf, namesOfAll, noSuchMentorship } from './own-mentorship.api.ts';
import { areaOf, environment, type Member, sees, staff } from './people.api.ts';
import { asStaffSee } from './report.rules.ts';

const mentorships = mentorshipStore(environment.MENTORING_TABLE);

type Routes = typeof mentoring.routes;

async function listMentorships({ caller, query }: Call<Routes['listMentorships']>) {
  const member = await staff.memberOf(caller);
  const areaId = areaOf(member, query.areaId);
  const page = await mentorships.listRunning(areaId, query.limit, query.cursor);
  await look(member, 'mentorships-read', page.mentorships, areaId);
  const people = await namesOfAll(page.mentorships);
  return {
    body: { ...page, mentorships: page.mentorships.map((one) => caseOf(one, people)) },
  };
}

async function readMentorship({ caller, params }: Call<Routes['readMentorship']>) {
  const member = await staff.memberOf(caller);
  const seen = await mentorships.read(params.mentorshipId);
  if (seen === undefined || !sees(member, seen.mentorship.areaId)) throw noSuchMentorship();
  const { mentorship } = seen;
  await look(member, 'mentorship-read', [mentorship], mentorship.areaId, mentorship.learnerId);
  return { body: caseOf(mentorship, await namesOfAll([mentorship])) };
}

/** Records a look of staff before anything is shown: one that cannot be recorded is not taken. */
function look(
  { staffId }: Member,
  action: 'mentorships-read' | 'mentorship-read',
  found: readonly Mentorship[],
  areaId: Mentorship['areaId'],
  learnerId?: Mentorship['learnerId'],
): Promise<void> {
  return append(environment.AUDIT_TABLE, {
    at: timestamp(now()),
    actor: { kind: 'staff', staffId },
    action,
    ...(learnerId === undefined ? {} : { learnerId }),
    areaId,
    subjects: found.map(({ mentorshipId }) => mentorshipId),
    details: [],
  });
}

function caseOf(mentorship: Mentorship, people: Names): MentorshipCase {
  return { ...asStaffSee(mentorship), ...bothOf(mentorship, people) };
}

/** How coordinators find mentorships. */
export const mentorshipCaseHandlers = { listMentorships, readMentorship };
