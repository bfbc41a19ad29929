import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Reader } from '../../functions/notices/contract.ts';
import { isGivenUp, letterOf, nextTurn, type Words } from '../../functions/notices/rules.ts';
import { noticesModule } from '../../lib/notices-module.ts';
import { factsByKind, type NoticeKind } from '../../regions/notices.ts';
import { readTexts } from '../../regions/texts.ts';
import { runs } from '../runs.ts';
import { at, mill, village } from '../runtime/village.ts';
import { kinds, messageOf } from './messages.ts';

const languages = readdirSync('functions/notices/texts').map((file) => file.replace('.yaml', ''));
const text = (words: string) =>
  Object.fromEntries(languages.map((one) => [one, `${words} ${one}`]));
const region = village({
  name: text('Village'),
  languages,
  providers: [{ ...mill, name: text('Mill & Sons') }],
});
const words: Words = { texts: noticesModule(region), region };

const reader = (language: string, why: Reader['why'] = 'self'): Reader => ({
  key: 'sub',
  language,
  why,
});

/** How the sample facts are shown. */
const shown = (kind: NoticeKind, language: string): readonly string[] => {
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'full', timeZone: 'UTC' });
  const moment = new Intl.DateTimeFormat(language, {
    weekday: 'long',
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
    timeZone: 'Asia/Seoul',
  });
  const forms = {
    day: day.format(new Date('2026-03-05T00:00:00Z')),
    // 16:00 in the region's zone, Asia/Seoul.
    moment: moment.format(new Date('2026-03-05T07:00:00Z')),
    link: 'https://learn.village.example/consent#token=a&b',
    group: '학교 밖 청소년',
    provider: `Mill & Sons ${language}`,
  };
  return [...(factsByKind.get(kind) ?? []).values()].map((form) => forms[form]);
};

describe.each(languages)('a mail in the language %s', (language) => {
  it('has every text, with every fact and no other (edge case 46)', () => {
    expect(readTexts(language)?.faults).toEqual([]);
  });

  it.each(kinds)('tells %s with its facts, as text and as a page', (kind) => {
    // The group's name has the village's two languages only; what has no name is shown by its id.
    const known = ['ko', 'en'].includes(language);
    const letter = letterOf(words, messageOf(kind), reader(language));
    expect(letter.language).toBe(language);
    expect(letter.subject).toContain(`Village ${language}`);
    expect(letter.subject.length).toBeLessThan(120);
    for (const fact of shown(kind, language)) {
      if (fact === '학교 밖 청소년' && !known) continue;
      expect(letter.text).toContain(fact);
      expect(letter.html).toContain(fact.replaceAll('&', '&amp;'));
    }
    expect(letter.html).toContain(`<html lang="${language}">`);
    for (const part of [letter.subject, letter.text, letter.html]) {
      expect(part).not.toMatch(/[{}]|undefined/);
      expect(part.trim()).not.toBe('');
    }
  });
});

describe('a mail', () => {
  it('writes days as the language does', () => {
    const approved = messageOf('application-approved');
    expect(letterOf(words, approved, reader('ko')).text).toContain('2026년 3월 5일 목요일');
    expect(letterOf(words, approved, reader('en')).text).toContain('Thursday, March 5, 2026');
  });

  it.each<[NoticeKind, Reader['why'], string]>([
    ['waitlisted', 'self', 'because you signed up'],
    ['waitlisted', 'guardian', 'because you are the guardian'],
    ['consent-asked', 'address', 'because you were named as the guardian'],
    ['login-offered', 'address', 'because you signed up'],
  ])('of the kind %s says why its reader, %s, gets it', (kind, why, reason) => {
    expect(letterOf(words, messageOf(kind), reader('en', why)).text).toContain(reason);
  });

  it.each([
    ['a Korean name', '김하늘', '하늘'],
    ['one syllable', '김솔', '솔'],
    ['a family name of two syllables', '남궁바다', '바다'],
    ['with a space', '김 하늘', '하늘'],
    ['of one syllable only', '김', '김'],
    ['of another script, where nobody can tell the family name', 'Minji Kim', 'Minji Kim'],
  ])('to a guardian of several children says which is meant: %s', (_what, name, called) => {
    const several = { ...reader('en', 'guardian'), child: name };
    const { text, html, subject } = letterOf(words, messageOf('waitlisted'), several);
    expect(text).toContain(`This mail is about ${called}.`);
    expect(html).toContain(`This mail is about ${called}.`);
    expect(subject).not.toContain(called);
    expect(text.includes('김')).toBe(called === '김');
  });

  it('to whoever knows about whom it is names nobody', () => {
    const { text } = letterOf(words, messageOf('waitlisted'), reader('en', 'guardian'));
    expect(text).not.toContain('This mail is about');
  });

  it('is in the first language of the region where the region has given up the reader’s', () => {
    const korean = village({ languages: ['ko', 'en'] });
    const letter = letterOf(
      { texts: noticesModule(korean), region: korean },
      messageOf('waitlisted'),
      reader('fr'),
    );
    expect(letter.language).toBe('ko');
    expect(letter.text).toContain('대기자 명단');
  });

  it('names by its id what the region file no longer has', () => {
    const { texts } = words;
    const letter = letterOf(
      { texts, region: { ...region, providers: [] } },
      messageOf('place-ended'),
      reader('en'),
    );
    expect(letter.text).toContain('The place at mill has ended.');
  });

  it('shows a link that can be followed', () => {
    const { html } = letterOf(words, messageOf('consent-asked'), reader('en', 'address'));
    expect(html).toContain('<a href="https://learn.village.example/consent#token=a&amp;b">');
  });

  it('has no markup and no line break of a name, whatever it is', () => {
    const tags = (page: string) => page.match(/<[^>]*>/g);
    const tame = letterOf(words, messageOf('seat-offered'), reader('en'));
    fc.assert(
      fc.property(fc.stringMatching(/^<[a-z<>"'&\r\n{} ]{1,38}>$/), (written) => {
        const name = { ko: written, en: written };
        const odd = village({ name, languages: ['ko', 'en'], providers: [{ ...mill, name }] });
        const wild = letterOf({ ...words, region: odd }, messageOf('seat-offered'), reader('en'));
        expect(tags(wild.html)).toEqual(tags(tame.html));
        expect(wild.subject).not.toMatch(/[\r\n]/);
      }),
      { numRuns: runs(20) },
    );
  });
});

describe('a delivery that does not come to its end', () => {
  const noon = at('2026-03-05T12:00');

  it.each([
    [1, '12:05'],
    [2, '12:10'],
    [5, '13:20'],
    [6, '14:00'],
    [50, '14:00'],
  ])('is due again after attempt %s at %s', (attempts, time) => {
    expect(nextTurn(attempts, noon).equals(at(`2026-03-05T${time}`))).toBe(true);
  });

  it.each([
    ['2026-03-08T11:59:59', false],
    ['2026-03-08T12:00', true],
  ])('is given up three days after it began: at %s %s', (now, given) => {
    expect(isGivenUp(noon.toString(), at(now))).toBe(given);
  });
});
