import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Name } from '../../functions/identity/contract.ts';
import { codePoint } from '../code-points.ts';
import { runs } from '../runs.ts';

const read = (name: string) => Name.safeParse(name).data;

describe('a name (edge 6)', () => {
  it.each([
    ['Hangul', '김하늘', '김하늘'],
    ['one syllable', '솔', '솔'],
    ['one letter of any script', 'Ø', 'Ø'],
    ['several words', 'Nguyễn Thị Hạ Vy', 'Nguyễn Thị Hạ Vy'],
    ['apostrophes, straight and curved', "D'Arcy O’Neil", "D'Arcy O’Neil"],
    ['a hyphen', '김-이', '김-이'],
    ['a full stop', 'J. 김', 'J. 김'],
    ['the middle dot of transcribed names', '마리·퀴리', '마리·퀴리'],
    ['letters beyond the first plane, which count as one each', '𠮷'.repeat(40), '𠮷'.repeat(40)],
    ['40 characters', '가'.repeat(40), '가'.repeat(40)],
    ['spaces around and between, put in order', '  김\t 하늘 \n', '김 하늘'],
    ['an Arabic name with its vowel signs', 'مُحَمَّد', 'مُحَمَّد'],
  ])('is taken: %s', (_what, written, kept) => {
    expect(read(written)).toBe(kept.normalize('NFC'));
  });

  it.each([
    ['nothing', ''],
    ['only spaces', '   '],
    ['41 characters', '가'.repeat(41)],
    ['edge 7: a resident registration number', '120520-3456789'],
    ['edge 7: a digit among letters', '김하늘2'],
    ['edge 7: digits of another script', '김하늘٣'],
    ['a punctuation mark at the beginning', '-김하늘'],
    ['a combining mark with nothing to combine with', '\u0301'],
    ['markup', '<b>김하늘</b>'],
    ['a line of a log', '김하늘","level":"error'],
    ['an address', 'haneul@village.example'],
    ['a picture', '김하늘🙂'],
    ['a character that turns the direction of text', '김\u202e하늘'],
    ['a letter that nobody sees (Hangul filler)', '\u3164'],
    ['a space of no width', '김\u200b하늘'],
    ['half of a surrogate pair', '김\ud842'],
    ['a control character', '김\u0000하늘'],
  ])('is refused: %s', (_what, written) => {
    expect(read(written)).toBe(undefined);
  });

  it('counts characters as kept: 40 syllables in NFD are 120 code points and 40 characters', () => {
    const decomposed = '각'.repeat(40).normalize('NFD');
    expect([...decomposed]).toHaveLength(120);
    expect(read(decomposed)).toBe('각'.repeat(40));
  });

  const syllable = fc
    .integer({ min: 0xac00, max: 0xd7a3 })
    .map((code) => String.fromCodePoint(code));
  const letter = fc.oneof(syllable, fc.constantFrom('é', 'ñ', 'Ø', 'ễ', 'a', 'Z', 'ß'));
  const someName = fc.string({ unit: letter, minLength: 1, maxLength: 40 });

  it('is the same written in NFC and in NFD', () => {
    fc.assert(
      fc.property(someName, (name) => {
        expect(read(name.normalize('NFD'))).toBe(name.normalize('NFC'));
        expect(read(name.normalize('NFC'))).toBe(name.normalize('NFC'));
      }),
    );
  });

  it('is kept as it is once it was kept', () => {
    fc.assert(
      fc.property(fc.string({ unit: codePoint, maxLength: 45 }), (text) => {
        const once = read(text);
        if (once !== undefined) expect(read(once)).toBe(once);
      }),
      { numRuns: runs(150) },
    );
  });

  it('never has a digit (edge 7)', () => {
    const nearly = fc.oneof(
      letter,
      fc.constantFrom(' ', '-', '.', '·'),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
    );
    fc.assert(
      fc.property(
        fc.string({ unit: nearly, maxLength: 20 }),
        fc.integer({ min: 0, max: 9 }),
        fc.nat(20),
        (text, digit, position) => {
          const index = Math.min(position, text.length);
          expect(read(`${text.slice(0, index)}${digit}${text.slice(index)}`)).toBe(undefined);
        },
      ),
    );
  });
});
