import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeptWords, Words } from '../../functions/identity/contract.ts';

const taken = (written: string) => Words.safeParse(written).success;

describe('edge case 7: words that people write', () => {
  it.each([
    ['with a hyphen', '900101-1234567'],
    ['of a foreigner', '850615-5234567'],
    ['of someone born since 2000', '120520-3456789'],
    ['of a foreigner born since 2000', '051231-8456789'],
    ['in one piece', '9001011234567'],
    ['with a space', '900101 1234567'],
    ['with a hyphen between spaces', '900101 - 1234567'],
    ['with a dash', '900101–1234567'],
    ['with a minus sign', '900101\u22121234567'],
    ['over two lines', '900101-\n1234567'],
    ['with a character that nobody sees', '900101\u200b1234567'],
    ['in the wide digits of Korean keyboards', '９００１０１－１２３４５６７'],
    ['in the midst of a text', 'Her number is 900101-1234567, as shown.'],
    ['without spaces around it', '주민번호900101-1234567입니다'],
  ])('are refused with a resident registration number %s, which is not repeated', (_how, words) => {
    const { error } = Words.safeParse(words);
    expect(error?.issues.map(({ code, path }) => ({ code, path }))).toEqual([
      { code: 'custom', path: [] },
    ]);
    expect(error?.issues[0]?.message).toMatch(/leave it out, and name the paper/);
    expect(JSON.stringify(error?.issues)).not.toMatch(/\d{6}|[０-９]/);
  });

  it.each([
    ['no number', 'The letter that was missing came on 5 March.'],
    ['a telephone number', '010-1234-5678'],
    ['a date and a time', '2026-03-02 14:30'],
    ['a birthday of six digits', 'born 900101'],
    ['six digits that are no month', '901301-1234567'],
    ['six digits that are no day', '900132-1234567'],
    ['the zeroth day', '900100-1234567'],
    ['a seventh digit that nobody has', '900101-9234567'],
    ['a digit too few', '900101-123456'],
    ['a longer number', 'parcel 69001011234567'],
    ['a longer number behind', 'parcel 90010112345678'],
    ['an account with hyphens', '110-234-567890'],
  ])('are taken with %s', (_what, words) => {
    expect(taken(words)).toBe(true);
  });

  it('are refused wherever the number stands, whoever’s it is', () => {
    const two = (max: number, min = 0) =>
      fc.integer({ min, max }).map((number) => String(number).padStart(2, '0'));
    const number = fc
      .tuple(two(99), two(12, 1), two(31, 1), fc.constantFrom('', '-', ' ', ' – '))
      .chain(([year, month, day, between]) =>
        fc
          .integer({ min: 1_000_000, max: 8_999_999 })
          .map((rest) => `${year}${month}${day}${between}${rest}`),
      );
    const words = fc.stringMatching(/^[가-힣a-z ,.]{0,20}$/);
    fc.assert(
      fc.property(words, number, words, (before, one, after) => {
        expect(taken(`${before}${one}${after}`)).toBe(false);
      }),
    );
  });

  it('that were kept before are read as they are', () => {
    expect(KeptWords.parse('900101-1234567')).toBe('900101-1234567');
  });
});
