import { describe } from 'vitest';
import { type Rewriting, specify, specifyRewritings } from './hamlet.ts';

describe('a value of another kind', () => {
  specifyRewritings([
    [
      'consentAge: 14',
      'consentAge: "14"',
      'r.yaml:22:17 policies[0].consentAge: is the text "14", write a number',
    ],
    [
      'consentAge: 14',
      'consentAge: 14.5',
      'r.yaml:22:17 policies[0].consentAge: is the number 14.5, write a whole number',
    ],
    [
      'legalBasis: Ordinance of the hamlet, article 1',
      'legalBasis: true',
      'r.yaml:21:17 policies[0].legalBasis: is the boolean true, write a text',
    ],
    [
      'stages: [middle, high]',
      'stages: middle',
      'r.yaml:35:17 policies[0].groups[0].stages: is the text "middle", write a list',
    ],
    [
      'contract: { type: purchased, from: 2025-03-01 }',
      'contract: [purchased]',
      'r.yaml:78:15 providers[1].contract: is a list, write a mapping',
    ],
    [
      'areas: { north: 80 }',
      'areas: [north]',
      'r.yaml:81:14 providers[1].seats.areas: is a list, write a mapping',
    ],
    [
      'seats: unlimited',
      'seats: 50',
      'r.yaml:70:12 providers[0].seats: is the number 50, write "unlimited", or "perArea: <seats>" with exceptions under "areas"',
    ],
    [
      'north: 80',
      'north: many',
      'r.yaml:81:23 providers[1].seats.areas.north: is the text "many", write a number',
    ],
  ]);
});

describe('a value that is not allowed', () => {
  specifyRewritings([
    [
      'stages: [middle, high]',
      'stages: [middle, hihg]',
      'r.yaml:35:26 policies[0].groups[0].stages[1]: is the text "hihg", did you mean "high"?',
    ],
    [
      'stages: [middle, high]',
      'stages: [middle, university]',
      'r.yaml:35:26 policies[0].groups[0].stages[1]: is the text "university", write one of "elementary", "middle", "high", "lifelong"',
    ],
    [
      'stages: [middle, high]',
      'stages: []',
      'r.yaml:35:17 policies[0].groups[0].stages: is an empty list, write 1 or more entries',
    ],
    [
      'via: ses',
      'via: smtp',
      'r.yaml:8:10 deployment.mail.via: is the text "smtp", write one of "cognito", "ses"',
    ],
    [
      'consentAge: 14',
      'consentAge: 140',
      'r.yaml:22:17 policies[0].consentAge: is the number 140, write 25 or fewer',
    ],
    [
      'perArea: 50',
      'perArea: -1',
      'r.yaml:80:16 providers[1].seats.perArea: is the number -1, write 0 or more',
    ],
    [
      'access: 14',
      'access: 15',
      'r.yaml:14:39 deployment.logDays.access: is the number 15, write one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731',
    ],
    [
      'en: North',
      'en: " "',
      'r.yaml:16:38 areas[0].name.en: is the text " ", write a text that is not blank',
    ],
    [
      'id: south',
      `id: ${'s'.repeat(70)}`,
      `r.yaml:17:11 areas[1].id: is the text "${'s'.repeat(57)}...", write 40 or fewer characters`,
    ],
    [
      'id: south',
      'id: South',
      'r.yaml:17:11 areas[1].id: is the text "South", write lower-case words joined by hyphens, such as "high-school"',
    ],
    [
      'ap-northeast-2',
      'seoul',
      'r.yaml:6:14 deployment.awsRegion: is the text "seoul", write an AWS region, such as "ap-northeast-2"',
    ],
    [
      'from: learn@hamlet.example',
      'from: learn',
      'r.yaml:9:11 deployment.mail.from: is the text "learn", write an e-mail address, such as office@seoul.example',
    ],
    [
      'domain: hamlet.example',
      'domain: the hamlet',
      'r.yaml:10:13 deployment.mail.domain: is the text "the hamlet", write a host name, such as seoul.example',
    ],
    ...['https://learn.hamlet.example/', 'ftp://hamlet.example', 'hamlet.example', '*'].map(
      (origin): Rewriting => [
        'https://learn.hamlet.example',
        origin,
        `r.yaml:12:13 deployment.origins[0]: is the text "${origin}", write an origin without path or closing slash, such as "https://learn.seoul.example"`,
      ],
    ),
    ...['Asia/Soul', 'KST', '+09:00', 'GMT+9'].map(
      (zone): Rewriting => [
        'Asia/Seoul',
        zone,
        `r.yaml:3:11 timeZone: is the text "${zone}", write an IANA time zone, such as "Asia/Seoul"`,
      ],
    ),
  ]);
});

describe('a day or a time that is none', () => {
  const timeForm = 'write a local time without zone, such as 2025-09-01T09:00';
  specifyRewritings([
    [
      'from: 2026-03-01',
      'from: 2026-02-29',
      'r.yaml:42:11 policies[1].from: is the text "2026-02-29", write a day of the calendar, such as 2025-09-01',
    ],
    [
      'from: 2026-03-01',
      'from: 2026',
      'r.yaml:42:11 policies[1].from: is the number 2026, write a text',
    ],
    ...[
      '2025-03-01T09:00Z',
      '2025-03-01T09:00+09:00',
      '2025-03-01',
      '2025-03-01T24:00',
      'soon',
    ].map(
      (time): Rewriting => [
        'opens: 2025-03-01T09:00',
        `opens: ${time}`,
        `r.yaml:58:12 intakes[0].opens: is the text "${time}", ${timeForm}`,
      ],
    ),
    [
      'opens: 2025-03-01T09:00',
      'opens: 2025-02-30T09:00',
      'r.yaml:58:12 intakes[0].opens: is the text "2025-02-30T09:00", write a day that the calendar has',
    ],
  ]);
});

describe("Cognito's own mail is refused unless the file says that this is a trial (edge case 48)", () => {
  const ses = 'via: ses\n    from: learn@hamlet.example\n    domain: hamlet.example';
  const why =
    "true: Cognito's own mail has a small daily quota and is for trials only; use SES, or write trial: true";
  specify([
    [
      'without a word about it',
      ses,
      'via: cognito',
      `r.yaml:7:3 deployment.mail.trial: is missing, add ${why}`,
    ],
    [
      'for no trial',
      ses,
      'via: cognito\n    trial: false',
      `r.yaml:9:12 deployment.mail.trial: is the boolean false, write ${why}`,
    ],
    [
      'with a text for an answer',
      ses,
      "via: cognito\n    trial: 'true'",
      `r.yaml:9:12 deployment.mail.trial: is the text "true", write ${why}`,
    ],
    ['accepted for a trial', ses, 'via: cognito\n    trial: true'],
    [
      'no mark of a trial beside SES',
      'via: ses',
      'via: ses\n    trial: true',
      'r.yaml:9:5 deployment.mail.trial: is not a known key, remove it (known here: via, from, domain)',
    ],
  ]);
});
