import { launchDetails } from './refusal-details-launch.ts';
import { mentorshipDetails } from './refusal-details-mentorships.ts';

/** What a caller may read with each refusal, by its code; values in it are invented. */
export const exampleDetails: Readonly<Record<string, string>> = {
  // The runtime's own.
  'invalid-json': 'The body is not JSON. Check quotes, commas and brackets.',
  'invalid-utf-8': 'The body is not UTF-8. Encode it as UTF-8 and send it again.',
  'idempotency-key-required':
    'Send "Idempotency-Key: <8 to 128 printable characters>", a new one for each intent, the same one for each retry.',
  'idempotency-key-reused':
    'This Idempotency-Key was used for another request. Make a new one for each intent.',
  'access-token-required':
    'This API takes access tokens. Send the access token of your sign-in as "Authorization: Bearer …".',
  'signed-out': 'This login has signed out. Sign in again.',
  'body-too-large': 'The body has 81920 bytes; at most 65536 are read.',
  'json-required': 'Send the body as JSON, with "Content-Type: application/json".',
  // Who someone is.
  'no-profile': 'You have no profile yet. Write it with PUT /me.',
  'profile-required': 'Write your profile with PUT /me first.',
  'address-unverified':
    'Your e-mail address is not verified. Confirm it with the code that was mailed to you.',
  'consent-required':
    'Under 14 years a guardian must consent first (Riverside Ordinance 12, article 3). Nothing was stored.',
  'below-minimum-age': 'The programme begins at 6 years (Riverside Ordinance 12, article 3).',
  'birth-date-in-future': 'The birth date lies in the future. Correct "birthDate".',
  'birth-date-too-early': 'The birth date lies more than 120 years back. Correct "birthDate".',
  'birth-date-differs':
    'Your guardians were asked with another birth date. Send the same, or wait until the request has ended: GET /me/consent.',
  'unknown-area': 'This region has no such area. Take one of the areas that GET /config lists.',
  'unknown-language': "Choose one of the region's languages: ko.",
  stale: 'It is not as If-Match says. Read it again, apply your change, and send the new ETag.',
  'already-staff': 'This address was invited before. Send that invitation again instead.',
  'unknown-partner': 'This region hosts no such partner. Take one of those that GET /config lists.',
  'area-or-partner': 'Name an area or a partner: a partner stands for all its areas.',
  'role-without-area': 'A consultant serves the whole region. Leave "areaId" out.',
  'no-such-staff': 'Nobody of the staff has this id.',
  'no-staff-record': 'Nobody invited this login. Ask an administrator for an invitation.',
  // Guardians and consent.
  'no-such-child': 'You act for no such child. GET /me/learners lists whom you may act for.',
  'child-of-age':
    'From 19 years on nobody acts for another. They sign up with a login of their own.',
  'guardian-under-age': 'Only someone of age is a guardian. Ask a parent to sign in and do this.',
  'has-login': 'The child has a login of its own already.',
  'guardians-complete': 'The child has 2 guardians already.',
  'address-is-yours':
    'This is your own address. Name one that the child alone reads, for its own login.',
  'address-differs':
    'Another address was asked for this consent. Sign in with the address that got the mail.',
  'no-profile-yet': 'The child has not written its profile yet. Try again when it has.',
  'no-such-link': 'This link is unknown or its time is over. Ask whoever sent it to send another.',
  'link-used': 'Somebody has used this link.',
  'already-learner': 'You are a learner already. GET /me/consent tells how consent stands.',
  'already-linked': 'You act for this child already.',
  'consent-is-own': 'The learner consented themself. Only they can withdraw, with PUT /me/consent.',
  'consented-since':
    'This link was used before, and a guardian has consented since. Withdraw that one signed in.',
  'consent-disputed':
    'Another guardian refused or withdrew. Whoever did consents again, or an officer decides.',
  'too-many-invitations': 'You had 5 mails sent today. Go on tomorrow.',
  'account-leaving':
    'This account is being deleted; DELETE /me answers where its receipt is. When that is done, sign up anew.',
  'children-depend':
    'A child without a login has nobody but you. Delete its account first, invite another guardian with POST /me/children/{learnerId}/guardians, or have whoever has come of age sign in with POST /me/children/{learnerId}/login.',
  'no-such-deletion':
    'There is no deletion of this id, or its receipt is forgotten. DELETE /me answers the id.',
  'data-too-large':
    'This is more than one answer can hold. Take it part by part: GET /me/data?part=audit.',
  'asked-before':
    'Your guardians were asked. GET /me/consent tells how it stands and until when they can answer; after that you can ask again.',
  'consent-not-needed': 'From 14 years on you need no guardian. Write your profile with PUT /me.',
  'guardian-is-yourself': 'Give addresses of your guardians: not your own, and none twice.',
  'no-consent': 'Nobody was asked for consent. Below the consent age begin with POST /me/consents.',
  'already-answered':
    'You have answered otherwise before. To take a consent back, use the link in the mail that confirmed it.',
  'whole-region-only':
    'Conflicts about consent belong to staff of the whole region. Ask one of them.',
  'no-such-conflict': 'No conflict with this id waits. GET /consents lists those that do.',
  // Courses.
  'courses-refused':
    '2 things in the list are not as expected; "errors" names each with its line and column. Nothing was changed.',
  'no-such-period':
    '"until" is before "from", or more than 24 months are asked for. Ask for fewer.',
  'no-such-provider': 'There is no such provider. There are: open-shelf, tide-school.',
  'no-reconciliation':
    'Accounts were never compared with this provider. Ask for it with POST /provisioning/providers/{providerId}/reconciliations.',
  // Codes of providers.
  'no-voucher-provider': 'Accounts at this provider are made otherwise (scim): it has no codes.',
  'vouchers-refused':
    '2 things in the list are not as expected; "errors" names each with its line. No code was added.',
  // Papers.
  'consent-withdrawn': 'A guardian has not consented, or took consent back.',
  'paper-too-large': 'A paper may have 10 MB. Scan it smaller.',
  'issued-in-future': 'The day of issue lies in the future. Correct "issuedOn".',
  'papers-awaited':
    'Uploads of 5 papers are awaited already. Upload them, or delete one with DELETE /me/papers/{paperId}.',
  'papers-complete':
    'You have 40 papers, which is all that are kept. Delete one with DELETE /me/papers/{paperId}.',
  'paper-kept': 'Papers of mentors that were found clean are deleted by their date only.',
  'no-such-paper': 'There is no such paper to be read. Only one that was found clean can be.',
  'no-such-learner': 'Nobody in your area has this id.',
  // Who may join.
  'application-waiting':
    'An application of yours waits for an officer. GET /me/applications shows it.',
  'already-approved': 'You are approved already. GET /me/enrolments shows your places.',
  'already-decided': 'This application is decided. Read it again to see how.',
  'application-waitlisted':
    'An application of yours waits for a place. GET /me/applications shows it.',
  'place-offered': 'A place is offered to you. Take or decline it first.',
  'nothing-asked': 'No papers are asked for. GET /me/applications shows how it stands.',
  'not-rejected': 'Only a rejection can be appealed. GET /me/applications shows how it stands.',
  'already-appealed': 'This rejection was appealed before. Apply again with new evidence.',
  'appeal-too-late': 'The last day for an appeal was 2026-04-01. Apply again with new evidence.',
  'already-ended': 'This application has ended. There is nothing to withdraw.',
  'no-offer': 'No place is offered to this application. GET /me/applications shows why.',
  'offer-expired': 'The place was held until a day that has passed. Apply again to wait for one.',
  'claimed-by-another':
    'Another officer has claimed this case. GET /applications?claimed=free lists others.',
  'claim-first': 'Claim the case with PUT /applications/{id}/claim first.',
  'same-officer': 'You decided this case first. Another officer decides the appeal.',
  'evidence-awaited': 'The applicant may hand in until 2026-03-16. Wait until then.',
  'papers-missing':
    'school-letter expired on 2026-02-28. Hand in what is missing with POST /me/papers, and say so again once it is clean.',
  'no-such-evidence': 'The group "out-of-school" has these papers: school-letter.',
  'no-resemblance': 'This application resembles no other. Decide it.',
  'resemblance-first':
    'It may be the same person as another application. Say that they are different people first, or reject it.',
  'rules-refuse': 'The policy refuses this application: maximum-age. Reject it.',
  'learner-or-staff':
    'Say about whom with "?learnerId=", or by whom with "?staffId=": one of the two.',
  'days-reversed':
    'The last day "?until=" is before the first "?from=". Write them the other way round.',
  'intake-closed': 'Applications are not taken now. GET /config tells when the next intake opens.',
  'partner-not-recruiting': 'Your area takes applications from 2026-09-01 on. Apply then.',
  'partner-not-live':
    'Places and mentors can be had in your area from 2026-10-01 on. Come back then.',
  'partner-ended':
    'The programme of your area ended on 2028-09-01: what you have goes on, nothing new begins. Ask the office of your area.',
  'no-such-group': 'Choose one of the groups: welfare-recipient, out-of-school.',
  'no-such-area': 'You serve no such area.',
  'area-required': 'You serve the whole region: say which area with "?areaId=".',
  'no-such-application': 'There is no such application in your area.',
  // What they chose.
  'not-eligible': 'You have no approval yet. Apply with POST /applications.',
  'approval-expired': 'Your approval ended on 2026-03-02. Apply again.',
  'no-such-place': 'The policy in force has no such place. GET /config lists them.',
  'provider-not-offered': 'Choose a provider that GET /providers lists for this category.',
  'contract-not-running': 'This provider takes nobody now. Choose another.',
  'approval-suspended': 'Your approval is suspended. GET /me/applications says why.',
  'place-taken': 'Your place is filled by "open-shelf". Change it with POST …/switch.',
  'place-empty': 'You have no such place yet. Choose with PUT.',
  'provider-chosen-already':
    'Another place of yours in this category is with this provider. Choose another.',
  'no-switch-left': 'You have changed providers as often as your approval allows.',
  'no-seat-left':
    'The provider has no seat left in your area. Choose another, or wait with PUT …/waiting.',
  'seat-offer-lapsed':
    'The seat was held for you until 2026-03-09. Wait for another with PUT …/waiting.',
  'waiting-already': 'You wait for "open-shelf". Leave that list with DELETE first.',
  'seats-free':
    'The provider has a seat for you. Choose it with PUT, or change to it with POST …/switch.',
  // Mentors.
  'not-a-mentor': 'You are no mentor. Say who you are with PUT /me/mentor, then apply.',
  'not-applied': 'You have not applied to be a mentor yet. Apply with PUT /me/mentor/offer.',
  'no-mentoring': 'There is no mentoring here yet. GET /config tells what there is.',
  'offer-empty': 'Name at least one subject or topic that you help with.',
  'areas-needed': 'Name the areas that you come to, or offer "online" only.',
  'capacity-too-high': 'A mentor has at most 5 learners at a time. Lower "capacity".',
  'mentorships-running': 'You have 2 learners. A coordinator hands them over, then you can leave.',
  'mentor-suspended':
    'For now you meet no learners, and cannot leave either. We write as soon as that changes.',
  'no-such-mentor': 'You see no such mentor.',
  'not-selected':
    'Only the check of a selected mentor is renewed. Decide on the application first.',
  'check-needed': 'Say with "checkUntil" until when the background check holds.',
  'check-beyond-paper': 'The paper of the background check ends before that day.',
  'nothing-to-certify':
    'You have completed no session yet. Your certificate is here after the first.',
  'no-such-certificate': 'There is no certificate of this code. Compare it with the certificate.',
  ...mentorshipDetails,
  // Plans, notes and feedback.
  'no-plan': 'There is no plan yet. Write one with PUT.',
  'no-feedback': 'You gave no feedback on this mentorship. Give it with PUT.',
  'notes-closed': 'Plan and notes of this mentorship cannot be written now. It is paused.',
  'feedback-closed': 'Feedback is taken for 30 days after the end.',
  // Consulting.
  'no-consulting': 'This region has no consulting. Its file says so, or its rules have not begun.',
  'no-consulting-offer': 'You offer nothing yet. Say what you offer with PUT /consulting/me.',
  'no-such-consultant': 'No such consultant takes appointments. GET /consultants lists who does.',
  'no-such-appointment': 'You have no such appointment.',
  'consultant-taken':
    'The consultant has something else at this time. GET …/open-times lists when both can meet.',
  'consultant-not-free':
    'At 2026-03-02T07:00:00Z they are not free by their times. GET …/open-times lists when you can meet.',
  'too-many-appointments':
    'You have 2 appointments to come, and no more at a time. Call one off, or wait.',
  'way-not-offered': 'They offer: online.',
  'topic-not-offered': 'They help with: admissions, college.',
  'appointment-over': 'This appointment has begun, has ended, or was called off.',
  'appointment-not-begun': 'It begins at 2026-03-02T07:00:00Z. Tell how it ended afterwards.',
  'appointment-too-late': 'How an appointment ended can be told for 7 days.',
  // Safeguarding.
  'no-such-person': 'Nobody has this id. Take the one that your mentorship shows.',
  'no-such-report': 'You can read no report with this id.',
  // Calendars and meetings.
  'meeting-not-open': 'The room opens at 2026-03-02T06:50:00Z and closes at 2026-03-02T08:00:00Z.',
  'no-meetings': 'This region has no rooms online. Move the session, and name a place to meet.',
  'no-such-calendar':
    'This address is nobody’s, or no longer. Make a new one with POST /me/calendar.',
  // What this service says of itself.
  'no-such-file': 'The API reference has no such file. Begin at /docs.',
  // Matching of mentors and learners.
  'no-mentor-request': 'You have asked for no mentor. Ask with PUT /me/mentor-request.',
  'match-offered':
    'A match waits for answers. Answer it with PUT /mentorships/msh_3k9d7p2mx5t8w0qz6r4hvc1jbn/answer.',
  'mentorship-running':
    'You have a mentor: mentorship msh_3k9d7p2mx5t8w0qz6r4hvc1jbn has not ended.',
  'service-not-offered': 'Your area has no mentoring. GET /config tells what it has.',
  'mentoring-not-begun': 'No policy of mentoring is in force yet. Try again later.',
  'round-open':
    'Round rnd_3k9d7p2mx5t8w0qz6r4hvc1jbn is open. Publish it, or run it again with POST /mentoring-rounds/rnd_3k9d7p2mx5t8w0qz6r4hvc1jbn/rerun.',
  'no-such-round': 'There is no such round of matching. GET /mentoring-rounds lists them.',
  'no-such-request':
    'No request in your area has this id. GET /mentor-requests lists those that wait.',
  'round-closed': 'The round is over. GET /mentoring-rounds names the latest.',
  'round-at-work': 'The round has not proposed yet. Read it again until its state is "proposed".',
  'pair-not-possible': 'The two cannot be paired: same-household.',
  'request-closed':
    'The request does not wait for a match any more, so nothing can be ruled out for it.',
  'offer-answered': 'This match has been answered otherwise, or has ended.',
  'match-lapsed':
    'The last day for an answer was 2026-03-07. The request takes part in the next round.',
  'mentor-not-available': 'The mentor cannot begin now. Decline, or try again before the last day.',
  'same-household': 'The two are of one household, so they cannot be matched. Decline this match.',
  'match-not-possible':
    'This match cannot begin now. Decline it, or try again before its last day.',
  // Accounts at providers.
  'no-such-account':
    'open-shelf has no account acc_3k9d7p2mx5t8w0qz6r4hvc1jbn of ours. Take the "accountId" that we sent.',
  'outcome-stale':
    'Something else has been asked of acc_3k9d7p2mx5t8w0qz6r4hvc1jbn since, or it ended otherwise. Read the list again.',
  'outcome-impossible':
    'acc_3k9d7p2mx5t8w0qz6r4hvc1jbn was to be asked for "suspend", which nobody can reject. Tell when it is done.',
  'signature-invalid':
    'No provider of this name has signed this within five minutes. Sign id, timestamp and body with the key of the provider’s secret, by a clock that is right.',
  'no-such-mentorship': 'You have no such mentorship. GET /me/mentorships lists yours.',
  ...launchDetails,
};
