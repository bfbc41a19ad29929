import { describe, expect, it } from 'vitest';
import { faultLines, hamlet, hamletWith, specifyRewritings } from './hamlet.ts';

describe('a region without a fault', () => {
  it('is accepted', () => expect(faultLines(hamlet)).toEqual([]));

  it.each([
    ['a line end of Windows', hamlet.replaceAll('\n', '\r\n')],
    ['a byte order mark', `\uFEFF${hamlet}`],
    ['a time zone that is an alias', hamletWith('Asia/Seoul', 'Asia/Kolkata')],
    ['the zone UTC', hamletWith('Asia/Seoul', 'UTC')],
    [
      "Cognito's own mail, for a trial",
      hamletWith(
        'via: ses\n    from: learn@hamlet.example\n    domain: hamlet.example',
        'via: cognito\n    trial: true',
      ),
    ],
    ['no exceptions for areas', hamletWith('      areas: { north: 80 }\n', '')],
    ['an unused anchor', hamletWith('id: hamlet', 'id: &here hamlet')],
  ])('is accepted with %s', (_what, text) => expect(faultLines(text)).toEqual([]));
});

describe('an unknown key', () => {
  specifyRewritings([
    [
      'consentAge: 14',
      'consntAge: 14',
      'r.yaml:22:5 policies[0].consntAge: is not a known key, did you mean "consentAge"?',
    ],
    [
      'consentAge: 14',
      'consentAge: 14\n    colour: red',
      'r.yaml:23:5 policies[0].colour: is not a known key, remove it (known here: version, from, legalBasis, consentAge, majorityAge, minimumAge, maximumAge, whenTooOld, approvalMonths, deadlines, switches, quota, groups, places)',
    ],
    [
      'subject: 1, reading: 1',
      'subject: 1, raeding: 1',
      'r.yaml:30:27 policies[0].places.raeding: is not a known key, did you mean "reading"?',
    ],
    [
      'subject: 1, reading: 1',
      'subject: 1, sport: 1',
      'r.yaml:30:27 policies[0].places.sport: is not a known key, remove it (known here: subject, language, reading)',
    ],
    [
      'from: learn@',
      'frm: learn@',
      'r.yaml:9:5 deployment.mail.frm: is not a known key, did you mean "from"?',
    ],
    [
      'perArea: 50',
      'perAreas: 50',
      'r.yaml:80:7 providers[1].seats.perAreas: is not a known key, did you mean "perArea"?',
    ],
    [
      'via: ses',
      'via: cognito\n    trial: true',
      'r.yaml:10:5 deployment.mail.from: is not a known key, remove it (known here: via, trial)',
      'r.yaml:11:5 deployment.mail.domain: is not a known key, remove it (known here: via, trial)',
    ],
    [
      'until: 2027-02-28',
      'form: 2027-02-28',
      'r.yaml:69:50 providers[0].contract.form: is not a known key, remove it (known here: type, from, until, prices)',
    ],
    [
      'id: hamlet',
      'id: hamlet\n__proto__: { id: x }',
      'r.yaml:2:1 __proto__: is not a known key, remove it (known here: id, name, timeZone, languages, deployment, incomeBands, areas, partners, policies, intakes, currency, providers, mentoring)',
    ],
    [
      'north: 80',
      'No Rth: 80',
      'r.yaml:81:16 providers[1].seats.areas["No Rth"]: is not a name of this form, write lower-case words joined by hyphens, such as "high-school"',
    ],
  ]);
});

describe('a missing key is looked for where its parent stands', () => {
  specifyRewritings([
    [
      'id: hamlet\n',
      '',
      'r.yaml:1:1 id: is missing, add a text: the short name of the region, part of resource names',
    ],
    [
      '    minimumAge: 6\n',
      '',
      'r.yaml:19:5 policies[0].minimumAge: is missing, add a number: the age in years from which a learner may apply',
    ],
    [
      '    minimumAge: 6\n',
      '    minimumAge:\n',
      'r.yaml:24:5 policies[0].minimumAge: has no value, write a number: the age in years from which a learner may apply',
    ],
    [
      ', access: 14',
      '',
      'r.yaml:14:3 deployment.logDays.access: is missing, add one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731: the days that access logs, which hold client addresses, are kept',
    ],
    [
      '    via: ses\n',
      '',
      'r.yaml:7:3 deployment.mail.via: is missing, add one of "cognito", "ses"',
    ],
    [
      '    domain: hamlet.example\n',
      '',
      'r.yaml:7:3 deployment.mail.domain: is missing, add a text',
    ],
    [
      'seats: unlimited',
      'seats: {}',
      'r.yaml:70:5 providers[0].seats.perArea: is missing, add a number: the seats in each area that "areas" does not name',
    ],
    [
      '    seats: unlimited\n',
      '',
      'r.yaml:62:5 providers[0].seats: is missing, add "unlimited", or "perArea: <seats>" with exceptions under "areas": how many learners may hold a place: no limit, or a number in each area',
    ],
  ]);

  it.each([
    ['an empty file', '', 'r.yaml:1:1 (file): has no value, write a mapping'],
    ['nothing but a comment', '# later\n', 'r.yaml:1:1 (file): has no value, write a mapping'],
    ['a list', '- id: hamlet\n', 'r.yaml:1:1 (file): is a list, write a mapping'],
    ['a text', '\nhamlet\n', 'r.yaml:2:1 (file): is the text "hamlet", write a mapping'],
  ])('%s has no region', (_what, text, line) => expect(faultLines(text)).toEqual([line]));
});
