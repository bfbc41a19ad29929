import { describe, expect, it } from 'vitest';
import { identity } from '../../functions/identity/contract.ts';
import { granted, profile } from '../people.ts';
import { until } from '../until.ts';
import { denialsIn, leaksIn, type PersonalValues } from './log-watch.ts';
import { people } from './people.ts';

const nobody: PersonalValues = { birthDates: new Set(), secrets: new Set(), texts: new Set() };
const known: PersonalValues = {
  birthDates: new Set(['2009-03-14']),
  secrets: new Set(['482913', 'tok_abcdefghijklmnop']),
  texts: new Set(['Hana', 'I would like to study law.']),
};

/** What is asked of all that the region logs while these tests run: `global-setup.ts` asks it in the end. */
describe('given what a region logs', () => {
  const line = (text: string) => [{ source: 'identity/api', text }];

  it.each([
    ['a name in Korean', '{"message":"written","name":"한가온"}', 'Korean letters'],
    ['an address', 'sent to someone@example.com', 'an e-mail address'],
    ['a token of Cognito', 'Bearer eyJhbGciOiJS.eyJzdWIiOiJ4.sig', 'a signed token'],
    ['a birth date', '{"birthDate":"2009-03-14"}', 'a birth date'],
    ['a code that was mailed', '{"code":"482913"}', 'a code or token'],
    ['a token that was mailed', 'link#tok_abcdefghijklmnop', 'a code or token'],
    ['a name in Latin letters', 'written by Hana', 'a name or what somebody wrote'],
    ['what somebody wrote', 'I would like to study law.', 'a name or what somebody wrote'],
  ])('when a line held %s, then it would be found, and not repeated', (_, text, what) => {
    const [found] = leaksIn(line(text), known);
    expect(found).toContain(`identity/api logged ${what}`);
    for (const value of ['한가온', 'someone@', '2009-03-14', '482913', 'Hana']) {
      expect(found).not.toContain(value);
    }
  });

  it.each([
    ['the moment of a line', '{"time":"2009-03-14T01:02:03.456Z"}'],
    ['a place in the code', 'at send (/node_modules/@smithy/core/index.js:482913:7)'],
    ['a day on which nobody was born', '{"day":"2026-01-02"}'],
  ])('when a line holds %s, then nobody is told of', (_, text) => {
    expect(leaksIn(line(text), known)).toEqual([]);
  });

  it('when a role does not allow what a function asks for, then that is found', () => {
    const text = "identity-api may not dynamodb:Scan on arn:x: add it to the function's role";
    expect(denialsIn([{ source: 'local-region', text }])).toEqual([text]);
    expect(denialsIn([{ source: 'identity/api', text: 'may not' }])).toEqual([]);
  });

  it('when somebody signs up and writes a profile, then lines tell of it by ids', async () => {
    const { api, learnerId } = await people.newLearner();
    const wrong = await api(identity.routes.writeMe, {
      body: profile({ birthDate: '2120-01-01' }),
    });
    expect(wrong.ok).toBe(false);
    expect(granted(await api(identity.routes.readMe, {})).learnerId).toBe(learnerId);
    await until(async () => (await people.control.logs()).length > 0);
    const lines = (await people.control.logs()).map(({ source, text }) => ({ source, text }));
    expect(leaksIn(lines, nobody)).toEqual([]);
  });
});
