/** What a caller may read with refusals about mentorships and their sessions, by code; values in it are invented. */
export const mentorshipDetails: Readonly<Record<string, string>> = {
  'no-such-mentorship': 'You have no such mentorship. GET /me/mentorships lists yours.',
  'not-active':
    'Nothing can be booked in this mentorship. It is paused; sessions can be booked when it goes on.',
  // Booking and moving.
  'no-such-session':
    'This mentorship has no such session. GET /mentorships/{id}/sessions lists them.',
  'mentor-not-active': 'The mentor takes no sessions now. A coordinator helps.',
  'mentor-check-expired':
    'The background check of the mentor has expired. It goes on when it is renewed.',
  'approval-missing': 'No approval of the learner holds. This mentorship goes on when one does.',
  'mentor-taken':
    'The mentor has something else at this time. GET …/open-times lists when both can meet.',
  'learner-taken':
    'The learner has something else at this time. GET …/open-times lists when both can meet.',
  'mentor-not-free':
    'At 2026-03-02T07:00:00Z the mentor is not free by their times. GET …/open-times lists when both are.',
  'learner-not-free':
    'At 2026-03-02T07:00:00Z the learner is not free by their times. GET …/open-times lists when both are.',
  'no-session-left':
    '0 of 16 sessions can still be booked. Ask for more with POST /mentorships/{id}/extension.',
  'too-many-booked': '16 sessions are booked, and at most 16 may be. Hold some of them first.',
  'outside-span':
    'Sessions are held from 2026-03-02 to the end of 2026-04-26. Choose earlier days, or fewer sessions.',
  'start-passed': 'This moment has passed. Choose one to come.',
  'venue-required': 'A session offline needs a place where both meet: send "venue".',
  'too-late-to-move':
    'Less than 24 hours before it begins only the mentor moves a session. Ask them, or call it off.',
  'session-over': 'This session has begun. Tell how it ended with POST …/outcome.',
  // Outcomes.
  'outcome-told': 'It is known how this session ended, or it was called off.',
  'outcome-too-late':
    'How a session ended can be told, and disputed, for 7 days. Ask a coordinator.',
  'session-held': 'The mentorship is paused, so this session did not take place. It is given back.',
  'session-not-begun': 'The session begins at 2026-03-02T07:00:00Z. Tell how it ended afterwards.',
  'nothing-to-dispute': 'You have disputed this session already. A coordinator decides.',
  'nothing-to-decide': 'This session is not disputed, and it is known how it ended.',
  // The mentorship as a whole.
  'extension-asked': 'An extension has been asked for. A coordinator decides.',
  'extension-too-late': 'The last day was 2026-04-26. An extension is asked for by then.',
  'no-extension-left': 'A mentorship is extended 2 times at most; this one was 2 times.',
  'no-extension-asked': 'No extension of this mentorship waits for a decision.',
  'same-mentor': 'This is the mentor whom the learner has. Name another.',
  'mentor-not-available':
    'This mentor takes no learners now. GET /mentors?state=selected lists who does.',
  'mentor-full': 'This mentor has as many learners as they take. Name another.',
  'nothing-remains':
    'No session remains that another mentor could hold. End the mentorship instead.',
  'same-household': 'These two are of one household, or must not be paired. Name another mentor.',
  'not-paused': 'This mentorship is not paused.',
  'held-by-rules': 'The rules hold it: it goes on by itself, as soon as they allow it.',
};
