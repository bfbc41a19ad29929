import { mentoring } from '../../functions/mentoring/contract.ts';
import { privacy } from '../../functions/privacy/contract.ts';
import { granted, type Learner } from '../../tests/people.ts';
import type { MeteredRegion } from './metered-region.ts';
import type { Somebody } from './story.ts';

const { routes } = mentoring;

/** A session and an appointment, once they have begun, and a leave of everything; the clock moves, so all sign in anew. */
export async function later(town: MeteredRegion, somebody: Somebody): Promise<void> {
  await meeting(town, somebody);
  await consulting(town, somebody);
  const learner: Learner['api'] = await town.people.signIn(somebody.learner);
  granted(await learner(privacy.routes.readMyData, {}));
  const { deletionId } = granted(await learner(privacy.routes.deleteMe, { query: {} }));
  const params = { deletionId };
  granted(await town.people.anyone(privacy.routes.readReceipt, { params }));
}

/** Five minutes after a moment. */
async function begun({ control }: MeteredRegion, start: string): Promise<void> {
  const { now } = await control.clock();
  await control.settle();
  await control.advance((Date.parse(start) - Date.parse(now)) / 1_000 + 300);
  await control.settle();
}

async function meeting(town: MeteredRegion, somebody: Somebody): Promise<void> {
  const { people } = town;
  const { readSession, readMeeting, tellOutcome, disputeOutcome, decideOutcome } = routes;
  const { mentorshipId, sessionId } = somebody.own;
  const params = { mentorshipId, sessionId };
  const { start } = granted(await somebody.learner.api(readSession, { params, query: {} }));
  await begun(town, start);
  const asMentor = { query: { as: 'mentor' } } as const;
  const mentor = await people.signIn(somebody.mentor);
  const learner: Learner['api'] = await people.signIn(somebody.learner);
  granted(await learner(readMeeting, { params }));
  granted(await mentor(readMeeting, { params, ...asMentor }));
  granted(await mentor(routes.listSessions, { params: { mentorshipId }, ...asMentor }));
  granted(await mentor(tellOutcome, { params, body: { outcome: 'completed' } }));
  const note = routes.writeNote.body.parse({ sessionId, forLearner: '분수를 함께 연습했어요.' });
  granted(await mentor(routes.writeNote, { params: { mentorshipId }, body: note }));
  const said = disputeOutcome.body.parse({ says: 'mentor-no-show' });
  granted(await learner(disputeOutcome, { params, body: said }));
  const office = await somebody.appointed.coordinator.signedIn();
  granted(await office(decideOutcome, { params, body: { outcome: 'completed' } }));
  const { code } = granted(await mentor(routes.readCertificate, {}));
  granted(await people.anyone(routes.verifyCertificate, { params: { code } }));
}

async function consulting(town: MeteredRegion, { appointed }: Somebody): Promise<void> {
  const { learner, consultant, appointmentId, start } = appointed;
  const params = { appointmentId };
  await begun(town, start);
  const api: Learner['api'] = await town.people.signIn(learner);
  const office = await consultant.signedIn();
  granted(await api(routes.readMyMeeting, { params }));
  granted(await office(routes.readAppointmentMeeting, { params }));
  const body = routes.tellAppointment.body.parse({ outcome: 'completed' });
  granted(await office(routes.tellAppointment, { params, body }));
}
