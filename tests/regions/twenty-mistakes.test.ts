import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { beside, faultLines } from './hamlet.ts';

const inFile = (line: string) => `regions/hamlet.yaml:${line}`;

it('a file with twenty mistakes, in its YAML, its values and between them, gives twenty messages', () => {
  const text = readFileSync(beside('twenty-mistakes.yaml'), 'utf8');
  expect(faultLines(text, 'regions/hamlet.yaml')).toEqual(
    [
      '1:5 id: is the text "Hamlet", write lower-case words joined by hyphens, such as "high-school"',
      '2:1 name.en: is missing, add the text in this language, or take "en" out of "languages"',
      '3:11 timeZone: is the text "Asia/Soul", write an IANA time zone, such as "Asia/Seoul"',
      '6:14 deployment.awsRegion: is the text "seoul", write an AWS region, such as "ap-northeast-2"',
      '9:5 deployment.mail.frm: is not a known key, did you mean "from"?',
      '11:23 deployment.firstAdministrator: is the text "the mayor", write an e-mail address, such as office@seoul.example',
      '14:39 deployment.logDays.access: is the number 15, write one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731',
      '17:11 areas[1].id: "north" is taken by entry 1 of this list, write another, each entry needs its own',
      '17:18 areas[1].name.en: is missing, add the text in this language, or take "en" out of "languages"',
      "19:5 policies[0].consentAge: is missing, add a number: the age in years below which a guardian's consent comes first",
      '20:11 policies[0].from: is the text "2025-02-29", write a day of the calendar, such as 2025-09-01',
      '21:5 policies[0].legalBasis: has no value, write a text: the ordinance or decision that allows this policy',
      '28:27 policies[0].places.readng: is not a known key, did you mean "reading"?',
      '32:22 policies[0].groups[0].confirmedBy: is the text "nobody", write one of "registry", "officer"',
      '33:17 policies[0].groups[0].stages: is an empty list, write 1 or more entries',
      '36:13 intakes[0].closes: is not after "opens" (2025-03-01T09:00), write a later time, or remove it to leave the intake open',
      '37:5 intakes[1].closes: is missing, although intakes[2] opens at 2026-09-01T09:00, add a time not after that, only the last intake may stay open',
      '44:5 providers[0].kind: is written twice, keep one of the two',
      '46:45 providers[0].offers[0].subject: is not a known key, remove it (known here: stage, category)',
      '48:12 providers[0].seats: is the text "many", write "unlimited", or "perArea: <seats>" with exceptions under "areas"',
    ].map(inFile),
  );
});
