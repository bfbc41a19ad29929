import { now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { NotFound, Ruled } from '../runtime/errors.ts';
import type { Call } from '../runtime/http.ts';
import { region } from '../runtime/region.ts';
import { readSecret } from '../runtime/secrets.ts';
import type { calendarRoutes } from './calendar.contract.ts';
import { mentoringEnvironments } from './contract.ts';
import { actingParty, reasonToHold, refusalOf, sessionOf, theirs } from './deciding.api.ts';
import { MeetingSecret, meetingAddress } from './meeting.adapter.ts';
import { openTimeOf } from './meeting.rules.ts';
import { learners, type Party, persons } from './people.api.ts';
import { notToMeet } from './standing.rules.ts';

type Routes = typeof calendarRoutes;

const { MEETINGS_SECRET } = readEnvironment(mentoringEnvironments.rooms);

/** The key by which rooms are named. */
export const readMeetingSecret = () => readSecret(MEETINGS_SECRET, MeetingSecret);

async function readMeeting({ caller, params, query }: Call<Routes['readMeeting']>) {
  const party = await actingParty(caller, query);
  const { mentorship } = await theirs(party, params.mentorshipId);
  const { session } = await sessionOf(params.mentorshipId, params.sessionId);
  // Nobody may have looked since consent, approval or check ended, and a session is about to be. One that is held says so.
  const isOn = mentorship.state === 'active' && session.state === 'booked';
  const refused = isOn ? notToMeet(await reasonToHold(mentorship)) : undefined;
  if (refused !== undefined) throw refusalOf(refused);
  if (session.venue !== undefined) {
    return { body: { way: 'offline' as const, venue: session.venue } };
  }
  const { meetings } = region.deployment;
  if (meetings === undefined) throw noMeetings();
  const open = openTimeOf(mentorship, session, now());
  if ('because' in open) throw refusalOf(open);
  const [secret, name] = await Promise.all([readMeetingSecret(), nameOf(party)]);
  const who = { id: party.id, name, moderator: party.side === 'mentor' };
  const visit = { sessionId: session.sessionId, who, ...open };
  return { body: { way: 'online' as const, url: meetingAddress(meetings, secret, visit) } };
}

/** The name by which the other side knows whoever comes. */
async function nameOf(party: Party): Promise<string> {
  const name =
    party.side === 'learner'
      ? (await learners.readRecord(party.id))?.profile.name
      : (await persons.readMentor(party.id))?.person.name;
  if (name !== undefined) return name;
  // Deleted since the mentorship was read.
  throw new NotFound({ code: 'no-profile', detail: 'You are there no more.' });
}

function noMeetings(): Ruled {
  return new Ruled({
    code: 'no-meetings',
    detail: 'This region has no rooms online. Move the session, and name a place to meet.',
  });
}

/** How people come to their sessions. */
export const meetingHandlers = { readMeeting };
