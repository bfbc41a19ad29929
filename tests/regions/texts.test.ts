import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  consentVersions,
  differingVersions,
  loginSubjects,
  mailTexts,
} from '../../regions/consistency/texts.ts';
import { parseTexts } from '../../regions/texts.ts';
import { faultLines, hamletWith } from './hamlet.ts';

const english = readFileSync('functions/notices/texts/en.yaml', 'utf8');

/** The faults of the English texts with one passage (its first occurrence) written otherwise. */
function faultsWith(passage: string, instead: string): string[] {
  if (!english.includes(passage)) throw new Error(`en.yaml has no passage "${passage}"`);
  const { faults } = parseTexts(
    english.replace(passage, () => instead),
    'xx.yaml',
  );
  return faults.map(
    ({ line, column, path, problem, remedy }) => `${line}:${column} ${path}: ${problem}, ${remedy}`,
  );
}

const lineOf = (passage: string) => english.slice(0, english.indexOf(passage)).split('\n').length;
const waitlisted = lineOf('  waitlisted:');

describe('the texts of a language, as a translator hands them in (edge case 46)', () => {
  it('are taken when they are whole', () => {
    expect(faultsWith('Hello from', 'Welcome to')).toEqual([]);
  });

  it.each<[what: string, passage: string, instead: string, ...faults: string[]]>([
    [
      'a kind that is missing',
      '  waitlisted:\n',
      '  queued:\n',
      `${lineOf('notices:\n')}:1 notices.waitlisted: is missing, add a mapping`,
      `${waitlisted}:3 notices.queued: is not a known key, remove it (known here: `,
    ],
    [
      'a mail without a subject',
      '    subject: "{{region}}: the application is on the waiting list"\n',
      '',
      `${waitlisted}:3 notices.waitlisted.subject: is missing, add `,
    ],
    [
      'a mail without a paragraph',
      '    body:\n      - The application meets the conditions, but all places are taken. It is now on the waiting list, in the order of application.\n      - We write as soon as a place is free. Sign in to see the position on the list.\n',
      '    body: []\n',
      `${waitlisted + 2}:11 notices.waitlisted.body: is an empty list, write `,
    ],
    [
      'a placeholder that is mistyped, so that the fact is left out too',
      'The approval holds until {{until}}.',
      'The approval holds until {{untill}}.',
      `${lineOf('  application-approved:') + 2}:5 notices.application-approved.body: does not say {{until}}, put it where the reader looks for it`,
      `${lineOf('  application-approved:') + 3}:9 notices.application-approved.body[0]: has {{untill}}, which nobody fills in, did you mean {{until}}?`,
    ],
    [
      'a fact of another kind',
      'but all places are taken.',
      'but all places are taken until {{provider}}.',
      `${waitlisted + 3}:9 notices.waitlisted.body[0]: has {{provider}}, which nobody fills in, write one of {{region}}`,
    ],
    [
      'braces that do not match',
      'Hello from {{region}},',
      'Hello from {{region},',
      `${lineOf('greeting:')}:11 greeting: has braces that do not match, write {{name}}, two on each side`,
    ],
    [
      'a mail of the user pool without its code',
      'Your code for {{region}} is {{code}}.',
      'Your code for {{region}} is a secret.',
      `${lineOf('  verification:') + 2}:5 login.verification.body: does not say {{code}}, put it where the reader looks for it`,
    ],
    [
      'a line about a child that names none',
      'This mail is about {{child}}.',
      'This mail is about a child.',
      `${lineOf('about: This')}:8 about: does not say {{child}}, put the name of the child in`,
    ],
    [
      'what guardians consent to, which is missing',
      `  text: >-\n    The learning`,
      `  words: >-\n    The learning`,
      `${lineOf('consent:\n')}:1 consent.text: is missing, add `,
    ],
    [
      'a fact of a mail in what guardians consent to',
      'You may refuse; if you do,',
      'You may refuse until {{until}}; if you do,',
      `${lineOf('  text: >-')}:9 consent.text: has {{until}}, which nobody fills in, write one of {{region}}`,
    ],
    [
      'a page that does not say how many',
      'learners can open now: {{count}} more',
      'learners can open now',
      `${lineOf('  chosen:')}:11 launch.chosen: does not say {{count}}, put the number of contents in`,
    ],
    [
      'a page without a button',
      '  go: Continue\n',
      '',
      `${lineOf('launch:\n')}:1 launch.go: is missing, add `,
    ],
    [
      'a fact of a mail in what calendars show',
      'Sign in to {{region}} to join.',
      'Sign in to {{region}} at {{start}}.',
      `${lineOf('  online: Sign')}:11 calendar.online: has {{start}}, which nobody fills in, write one of {{region}}`,
    ],
    [
      'a version that a proof cannot keep',
      'version: "2026-11"',
      'version: "November 2026"',
      `${lineOf('  version:')}:12 consent.version: is the text "November 2026", write lower-case letters, digits and hyphens`,
    ],
    [
      'YAML that is broken',
      'greeting: Hello',
      'greeting: "Hello',
      `${lineOf('greeting:') + 1}:1 greeting: is not valid YAML (Missing closing `,
    ],
  ])('are refused for %s, with the place', (_what, passage, instead, ...faults) => {
    const found = faultsWith(passage, instead);
    for (const fault of faults) {
      expect(
        found.filter((line) => line.startsWith(fault)),
        found.join('\n'),
      ).toHaveLength(1);
    }
  });

  it('are refused for everything at once, in the order of the file', () => {
    const twice = english
      .replace('{{until}}', '{{utnil}}')
      .replace('greeting: Hello from {{region}},', 'greeting: " "');
    const { faults } = parseTexts(twice, 'xx.yaml');
    expect(faults.map(({ path }) => path)).toEqual([
      'greeting',
      'notices.evidence-needed.body',
      'notices.evidence-needed.body[0]',
    ]);
  });
});

describe('a region', () => {
  it('is refused for a language without texts, at the place of the language (edge case 46)', () => {
    expect(faultLines(hamletWith('languages: [ko, en]', 'languages: [ko, en, fr]'))).toContain(
      'r.yaml:4:21 languages[2]: is "fr", a language without texts for mails, translate functions/notices/texts/en.yaml to functions/notices/texts/fr.yaml, or take it out',
    );
  });

  it('is refused for what is no language', () => {
    expect(faultLines(hamletWith('languages: [ko, en]', 'languages: [ko, en, "../en"]'))).toEqual([
      'r.yaml:4:21 languages[2]: is the text "../en", write the code of a language in two or three letters, such as "ko"',
    ]);
  });

  it('is refused where its languages have another version of what guardians consent to', () => {
    const written = (language: string, version: string, i: number) => ({ language, version, i });
    expect(differingVersions([written('ko', '2026-11', 0), written('en', '2026-11', 1)])).toEqual(
      [],
    );
    expect(differingVersions([written('ko', '2027-01', 0), written('en', '2026-11', 1)])).toEqual([
      {
        path: ['languages', 1],
        problem: 'has version "2026-11" of what guardians consent to, "ko" has "2027-01"',
        remedy:
          'translate the newer text, and write its version in functions/notices/texts/en.yaml too',
      },
    ]);
    expect(consentVersions({ languages: ['ko', 'en', 'fr'] })).toEqual([]);
  });

  it('is not asked about languages that cannot be read', () => {
    expect(mailTexts({})).toEqual([]);
    expect(loginSubjects({ languages: ['ko', 'fr'] })).toEqual([]);
  });

  it('is refused when the subjects of all its languages do not fit one mail', () => {
    const name = { ko: '가'.repeat(70), en: 'a'.repeat(70) };
    expect(loginSubjects({ languages: ['ko', 'en'], name })).toMatchObject([
      { path: ['languages'], problem: expect.stringContaining('"verification"') },
      { path: ['languages'], problem: expect.stringContaining('"invitation"') },
    ]);
  });
});
