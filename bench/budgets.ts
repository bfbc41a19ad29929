/**
 * What counts may come to. `npm test` holds everything here against what there is, in the tests that are named or else in
 * tests/region/bundle-sizes.test.ts, tests/whole/capacity.test.ts and tests/bench/price.test.ts;
 * docs/performance.md tells what is wished and what is reached. Whoever has to raise a budget says why in the commit.
 */
export const budgets = {
  /** Bytes of code of each function, what speaks with AWS included: what issue 7 wishes of the largest. */
  functions: { bytes: 215_000, gzip: 70_000 },
  /** An opening day (tests/bench/opening.test.ts): transactions for each learner placed, and the share of them that conflicts. */
  opening: { attempts: 1.05, conflicts: 0.04 },
  /** Requests of a worker where nothing fails (tests/provisioning/requests.test.ts), at a provider that keeps to no rate. */
  provisioning: {
    /**
     * The account's row, the learner's, the breaker before and after, which messages that begin together share; begun, made,
     * and the learner's place.
     */
    account: { toProvider: 1, GetItem: 4, PutItem: 3 },
    /** How the provider answered. */
    batch: { UpdateItem: 1 },
  },
  /**
   * What an action may come to (bench/capacity.ts): requests to DynamoDB, read units, write units; and of what follows it
   * read units, write units, functions, messages, mails.
   */
  actions: {
    /** What issue 7 wishes of an enrolment. */
    wished: { writeUnits: 6, writeRequests: 1, stretch: 4 },
    /** The power with which an action may grow with the rows beside its own: hardly. */
    growth: 0.05,
    /** Any that is not named below: who asks, what they see, and of staff that they have seen it. */
    any: [6, 5, 2, 0, 0, 0, 0, 0],
    named: {
      'POST /applications': [7, 6, 30, 5, 9, 4, 0, 1],
      'POST /applications, in a quota': [9, 8, 30, 5, 9, 4, 0, 1],
      'POST /applications, somebody’s second': [10, 9, 20, 2, 7, 3, 0, 1],
      'POST /applications/{applicationId}/appeal': [5, 4, 24, 2, 7, 3, 0, 1],
      'DELETE /applications/{applicationId}/claim': [4, 3, 10, 0, 0, 2, 0, 0],
      'PUT /applications/{applicationId}/claim': [4, 3, 10, 0, 0, 2, 0, 0],
      'POST /applications/{applicationId}/decision': [7, 6, 28, 5, 9, 4, 0, 1],
      'POST /applications/{applicationId}/evidence': [7, 6, 12, 0, 0, 2, 0, 0],
      'DELETE /applications/{applicationId}/offer': [5, 4, 18, 1, 0, 2, 0, 0],
      'POST /applications/{applicationId}/requests': [6, 5, 18, 2, 7, 3, 0, 1],
      'POST /applications/{applicationId}/resemblance': [8, 7, 30, 5, 9, 4, 0, 1],
      'POST /applications/{applicationId}/withdrawal': [6, 5, 12, 0, 0, 2, 0, 0],
      'POST /applications/{applicationId}/withdrawal, in a quota': [7, 6, 22, 9, 29, 6, 0, 1],
      'POST /appointments': [8, 7, 22, 2, 7, 1, 0, 1],
      'POST /consents/answer': [5, 4, 16, 2, 14, 1, 0, 2],
      'POST /consents/withdrawal': [7, 6, 14, 3, 7, 2, 0, 1],
      'POST /consents/{consentId}/resolution': [5, 4, 14, 1, 7, 1, 0, 1],
      'PUT /consulting/me': [3, 2, 2, 0, 0, 0, 0, 0],
      'PUT /consulting/me/appointments/{appointmentId}/outcome': [3, 2, 8, 0, 0, 0, 0, 0],
      'GET /courses': [6, 6, 0, 0, 0, 0, 0, 0],
      'GET /lti/contexts/{contextId}/memberships': [8, 4, 0, 0, 0, 0, 0, 0],
      'POST /lti/deep-links': [2, 1, 8, 0, 0, 0, 0, 0],
      'DELETE /me': [13, 12, 18, 13, 39, 6, 0, 1],
      'PUT /me': [2, 1, 6, 1, 0, 1, 0, 0],
      'PUT /me, a child’s': [3, 2, 14, 1, 0, 1, 0, 0],
      'DELETE /me/appointments/{appointmentId}': [4, 3, 16, 2, 7, 1, 0, 1],
      'DELETE /me/calendar': [1, 0, 1, 0, 0, 0, 0, 0],
      'POST /me/calendar': [5, 4, 4, 0, 0, 0, 0, 0],
      'POST /me/children': [4, 3, 16, 1, 0, 1, 0, 0],
      'POST /me/children, of fifteen': [4, 3, 20, 4, 7, 2, 0, 1],
      'DELETE /me/children/{learnerId}/consent': [3, 2, 12, 4, 7, 2, 0, 1],
      'PUT /me/children/{learnerId}/consent': [4, 3, 8, 1, 0, 1, 0, 0],
      'POST /me/children/{learnerId}/guardians': [5, 4, 10, 1, 7, 1, 0, 1],
      'POST /me/children/{learnerId}/login': [5, 4, 10, 1, 7, 1, 0, 1],
      'PUT /me/consent': [3, 2, 8, 1, 0, 1, 0, 0],
      'POST /me/consents': [4, 3, 20, 2, 14, 1, 0, 2],
      'GET /me/data': [8, 9, 0, 32, 0, 3, 0, 0],
      'DELETE /me/enrolments/{place}': [3, 2, 8, 5, 12, 4, 1, 0],
      'PUT /me/enrolments/{place}': [4, 3, 6, 4, 8, 4, 1, 0],
      'PUT /me/enrolments/{place}, a code': [4, 3, 6, 7, 13, 4, 1, 0],
      'PUT /me/enrolments/{place}, by hand': [4, 3, 6, 6, 9, 3, 1, 0],
      'POST /me/enrolments/{place}/launch': [5, 4, 1, 0, 0, 0, 0, 0],
      'POST /me/enrolments/{place}/switch': [5, 4, 10, 9, 18, 6, 2, 0],
      'DELETE /me/enrolments/{place}/waiting': [3, 2, 6, 0, 0, 2, 0, 0],
      'PUT /me/enrolments/{place}/waiting': [5, 4, 10, 3, 0, 2, 0, 0],
      'PUT /me/link': [4, 3, 10, 1, 0, 1, 0, 0],
      'PUT /me/mentor': [3, 2, 8, 0, 0, 0, 0, 0],
      'DELETE /me/mentor-request': [4, 3, 4, 0, 0, 0, 0, 0],
      'PUT /me/mentor-request': [8, 7, 8, 0, 0, 0, 0, 0],
      'PUT /me/mentor-request, again': [9, 9, 8, 0, 0, 0, 0, 0],
      'GET /me/mentor/certificate': [4, 3, 4, 0, 0, 0, 0, 0],
      'PUT /me/mentor/exceptions': [4, 3, 6, 0, 0, 0, 0, 0],
      'DELETE /me/mentor/offer': [3, 2, 8, 0, 0, 0, 0, 0],
      'PUT /me/mentor/offer': [5, 4, 8, 2, 7, 1, 0, 1],
      'GET /me/mentorships': [4, 8, 0, 0, 0, 0, 0, 0],
      'POST /me/papers': [5, 4, 12, 0, 0, 1, 0, 0],
      'DELETE /me/papers/{paperId}': [3, 2, 6, 0, 0, 1, 0, 0],
      'POST /mentor-nominations': [5, 4, 12, 1, 7, 1, 0, 1],
      'DELETE /mentoring-conflicts/{mentorId}/{learnerId}': [3, 2, 6, 0, 0, 0, 0, 0],
      'PUT /mentoring-conflicts/{mentorId}/{learnerId}': [4, 3, 6, 0, 0, 0, 0, 0],
      'POST /mentoring-rounds': [5, 4, 12, 24, 4, 2, 0, 0],
      'DELETE /mentoring-rounds/{roundId}/pairs/{requestId}/lock': [5, 4, 6, 0, 0, 0, 0, 0],
      'PUT /mentoring-rounds/{roundId}/pairs/{requestId}/lock': [8, 7, 6, 0, 0, 0, 0, 0],
      'POST /mentoring-rounds/{roundId}/publish': [5, 4, 10, 14, 56, 3, 0, 2],
      'POST /mentoring-rounds/{roundId}/rerun': [5, 4, 10, 27, 5, 2, 0, 0],
      'DELETE /mentoring-rounds/{roundId}/vetoes/{requestId}/{mentorId}': [5, 4, 8, 0, 0, 0, 0, 0],
      'PUT /mentoring-rounds/{roundId}/vetoes/{requestId}/{mentorId}': [5, 4, 8, 0, 0, 0, 0, 0],
      'POST /mentors/{mentorId}/check': [7, 6, 14, 0, 0, 0, 0, 0],
      'POST /mentors/{mentorId}/decision': [7, 6, 20, 2, 7, 1, 0, 1],
      'PUT /mentorships/{mentorshipId}/answer': [12, 12, 26, 4, 14, 1, 0, 2],
      'POST /mentorships/{mentorshipId}/end': [6, 5, 28, 4, 14, 1, 0, 2],
      'POST /mentorships/{mentorshipId}/extension': [5, 4, 8, 0, 0, 0, 0, 0],
      'POST /mentorships/{mentorshipId}/extension/decision': [5, 4, 22, 4, 14, 1, 0, 2],
      'PUT /mentorships/{mentorshipId}/feedback': [3, 2, 6, 0, 0, 0, 0, 0],
      'POST /mentorships/{mentorshipId}/handover': [8, 7, 54, 8, 28, 1, 0, 4],
      'POST /mentorships/{mentorshipId}/leave': [6, 5, 24, 4, 14, 1, 0, 2],
      'POST /mentorships/{mentorshipId}/notes': [8, 7, 6, 0, 0, 0, 0, 0],
      'GET /mentorships/{mentorshipId}/open-times': [7, 7, 0, 0, 0, 0, 0, 0],
      'POST /mentorships/{mentorshipId}/pause': [5, 4, 20, 4, 14, 1, 0, 2],
      'PUT /mentorships/{mentorshipId}/plan': [5, 4, 4, 0, 0, 0, 0, 0],
      'POST /mentorships/{mentorshipId}/resume': [10, 9, 20, 4, 14, 1, 0, 2],
      'POST /mentorships/{mentorshipId}/sessions': [10, 9, 24, 4, 14, 1, 0, 2],
      'DELETE /mentorships/{mentorshipId}/sessions/{sessionId}': [4, 3, 22, 4, 14, 1, 0, 2],
      'PUT /mentorships/{mentorshipId}/sessions/{sessionId}': [9, 8, 24, 4, 14, 1, 0, 2],
      'POST /mentorships/{mentorshipId}/sessions/{sessionId}/dispute': [6, 5, 12, 0, 0, 0, 0, 0],
      'GET /mentorships/{mentorshipId}/sessions/{sessionId}/meeting': [9, 9, 0, 0, 0, 0, 0, 0],
      'POST /mentorships/{mentorshipId}/sessions/{sessionId}/outcome': [7, 6, 16, 0, 0, 0, 0, 0],
      'POST /mentorships/{mentorshipId}/sessions/{sessionId}/outcome/decision': [
        6, 5, 24, 4, 14, 1, 0, 2,
      ],
      'PUT /providers/{providerId}/courses': [6, 3, 10, 0, 0, 0, 0, 0],
      'POST /providers/{providerId}/events': [4, 3, 4, 0, 0, 0, 1, 0],
      'GET /provisioning/providers': [21, 64, 0, 0, 0, 0, 34, 0],
      'DELETE /provisioning/providers/{providerId}/contents/{contentId}': [2, 1, 6, 0, 0, 0, 0, 0],
      'GET /provisioning/providers/{providerId}/failures': [1, 1, 0, 0, 0, 0, 3, 0],
      'DELETE /provisioning/providers/{providerId}/pause': [3, 2, 6, 0, 0, 0, 0, 0],
      'PUT /provisioning/providers/{providerId}/pause': [3, 2, 6, 0, 0, 0, 0, 0],
      'POST /provisioning/providers/{providerId}/reconciliations': [5, 4, 8, 0, 0, 0, 0, 0],
      'POST /provisioning/providers/{providerId}/redrive': [5, 3, 4, 0, 0, 0, 3, 0],
      'POST /provisioning/providers/{providerId}/tasks/{accountId}/outcome': [
        7, 6, 12, 2, 2, 2, 1, 0,
      ],
      'POST /provisioning/providers/{providerId}/vouchers': [8, 5, 14, 0, 0, 0, 0, 0],
      'POST /reports': [6, 5, 8, 0, 0, 0, 0, 0],
      'POST /reports/{reportId}/decision': [9, 8, 18, 0, 0, 0, 0, 0],
      'POST /staff': [3, 2, 6, 1, 4, 2, 0, 0],
      'POST /staff-reports': [8, 7, 12, 0, 0, 0, 0, 0],
      'POST /staff/{staffId}/invitation': [4, 3, 4, 1, 4, 2, 0, 0],
      'a file that is uploaded': [3, 1, 10, 0, 0, 0, 0, 0],
      'a look at a learner': [5, 3, 3, 0, 0, 0, 0, 0],
    },
  },
  /** Read units of all jobs that find nothing to do, each time that the clock starts them: those of each minute, and so on. */
  idle: { minute: 58, fiveMinutes: 18, hour: 264 },
  /** US dollars of a learner-year (bench/price.ts). */
  price: {
    /** What issue 7 wishes, without identity, by the number of learners; and of Moodle's with it. */
    wished: { 16000: 0.015, 110000: 0.005 },
    ofMoodle: 0.2,
    /** What it may come to, of these counts and prices. */
    atMost: { 16000: 0.015, 110000: 0.0049 },
  },
} as const;
