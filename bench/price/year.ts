/**
 * What a learner does in a year, on average of all: assumptions, on the high side where nobody has measured. Staff's
 * actions are those that a learner causes. Each is a route, counted by `bench/capacity.ts`, or another action of its list.
 */
export const year: Readonly<Record<string, number>> = {
  // 150 days on which they look at what there is, and go on to a provider on 100 of them.
  'GET /config': 30,
  'GET /me': 150,
  'GET /me/enrolments': 150,
  'GET /providers': 15,
  'GET /courses': 15,
  'POST /me/enrolments/{place}/launch': 100,
  'GET /me/applications': 10,
  'GET /me/enrolments/history': 2,
  'PUT /me': 2,
  // Two applications, of which an officer decides every third, after a paper was handed in.
  'POST /applications': 2,
  'POST /me/papers': 1,
  'a file that is uploaded': 1,
  'GET /me/papers': 3,
  'GET /applications': 0.7,
  'PUT /applications/{applicationId}/claim': 0.7,
  'GET /applications/{applicationId}': 1,
  'GET /papers/{paperId}/content': 1,
  'POST /applications/{applicationId}/decision': 0.7,
  'POST /applications/{applicationId}/appeal': 0.02,
  'POST /applications/{applicationId}/withdrawal': 0.02,
  // Three places, one of them changed or given back; a tenth wait for a seat.
  'PUT /me/enrolments/{place}': 3,
  'POST /me/enrolments/{place}/switch': 0.5,
  'DELETE /me/enrolments/{place}': 0.5,
  'PUT /me/enrolments/{place}/waiting': 0.1,
  'DELETE /me/enrolments/{place}/waiting': 0.05,
  // The calendar looks at everybody once a day.
  'a look at a learner': 365,
  // A tenth have a mentor, for 16 sessions.
  'PUT /me/mentor-request': 0.1,
  'PUT /mentorships/{mentorshipId}/answer': 0.2,
  'GET /me/mentorships': 5,
  'GET /mentorships/{mentorshipId}/sessions': 5,
  'GET /mentorships/{mentorshipId}/open-times': 1.6,
  'POST /mentorships/{mentorshipId}/sessions': 1.6,
  'POST /mentorships/{mentorshipId}/sessions/{sessionId}/outcome': 1.6,
  'POST /mentorships/{mentorshipId}/notes': 1.6,
  'POST /appointments': 0.1,
  'GET /consultants/{staffId}/open-times': 0.2,
  // A sixth are children whom a guardian has brought.
  'POST /me/children': 0.17,
  'GET /me/learners': 5,
  'POST /me/children/{learnerId}/guardians': 0.05,
  // A twentieth leave.
  'GET /me/data': 0.05,
  'DELETE /me': 0.05,
};
