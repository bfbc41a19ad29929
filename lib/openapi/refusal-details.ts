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
  'text-required': 'Send the body with "Content-Type: text/csv".',
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
  'no-such-provider': 'There is no such provider. There are: open-shelf, tide-school.',
  // Papers.
  'consent-withdrawn': 'A guardian has not consented, or took consent back.',
  'paper-too-large': 'A paper may have 10 MB. Scan it smaller.',
  'issued-in-future': 'The day of issue lies in the future. Correct "issuedOn".',
  'papers-awaited':
    'Uploads of 5 papers are awaited already. Upload them, or delete one with DELETE /me/papers/{paperId}.',
  'papers-complete':
    'You have 40 papers, which is all that are kept. Delete one with DELETE /me/papers/{paperId}.',
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
  'intake-closed': 'Applications are not taken now. GET /config tells when the next intake opens.',
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
  // What this service says of itself.
  'no-such-file': 'The API reference has no such file. Begin at /docs.',
};
