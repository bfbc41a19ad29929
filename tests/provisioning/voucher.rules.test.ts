import { describe, expect, it } from 'vitest';
import { isLow, readVouchers } from '../../functions/provisioning/voucher.rules.ts';
import { readCsv } from '../../functions/runtime/csv.ts';

const read = (text: string) => readVouchers(readCsv(text));
const faultsOf = (text: string) => {
  const found = read(text);
  return found.kind === 'read'
    ? []
    : found.faults.map(({ field, expected }) => `${field}: ${expected}`);
};

describe('a list of codes, as spreadsheets write it', () => {
  it.each([
    ['with a header', 'code\nAAAA-1\nAAAA-2\n'],
    ['with a header in capitals and quotes', '"CODE"\n"AAAA-1"\n"AAAA-2"\n'],
    ['without a header', 'AAAA-1\nAAAA-2'],
    ['with a byte order mark', '\uFEFFAAAA-1\r\nAAAA-2\r\n'],
    ['with a byte order mark before the header', '\uFEFFcode\r\nAAAA-1\r\nAAAA-2\r\n'],
    ['with spaces around', '  AAAA-1 \n\tAAAA-2\n'],
    ['with blank lines and empty cells', 'code,,\n\nAAAA-1,,\n ,\nAAAA-2,\n'],
  ])('%s', (_how, text) => {
    expect(read(text)).toEqual({ kind: 'read', codes: ['AAAA-1', 'AAAA-2'] });
  });

  it.each(['K7QM-2XWA-90', 'a/b?c=d&e_f', '0123456789', `A${'1'.repeat(99)}`])(
    'takes %s as it is',
    (code) => expect(read(code)).toEqual({ kind: 'read', codes: [code] }),
  );
});

const aCode =
  '4 to 100 letters, digits and signs without spaces, quotes and commas, the first a letter or digit';

describe('what is wrong with a list', () => {
  it.each([
    ['nothing in it', 'code\n', ['body: at least one code']],
    ['a code that is short', 'ABC', [`line 1: code: ${aCode}`]],
    ['a code that is long', 'A'.repeat(101), [`line 1: code: ${aCode}`]],
    ['a space inside', 'AAAA 1', [`line 1: code: ${aCode}`]],
    [
      'a formula',
      '=HYPERLINK(A1)\n+AAAA\n-AAAA\n@AAAA',
      [1, 2, 3, 4].map((line) => `line ${line}: code: ${aCode}`),
    ],
    ['letters that look like others', 'АAAA-1', [`line 1: code: ${aCode}`]],
    ['a second column', 'code\nAAAA-1,7', ['line 2: code: one code and nothing else']],
    [
      'the same code again',
      'code\nAAAA-1\nBBBB-1\nAAAA-1',
      ['line 4: code: a code of its own, line 2 has this one'],
    ],
    ['a quote that is never closed', 'AAAA-1\n"BBBB', ['line 2: row: a quote that is closed']],
    [
      'a number that a spreadsheet has shortened',
      'code\n1.23457E+15',
      [
        'line 2: code: the code as it is, not the number that a spreadsheet made of it: format the column as text',
      ],
    ],
  ])('%s', (_what, text, faults) => expect(faultsOf(text)).toEqual(faults));

  it('all of it is told at once, and never a code', () => {
    const faults = faultsOf('code\nGOOD-SECRET\n=SECRET\nGOOD-SECRET\nSECRET SECRET\n');
    expect(faults).toHaveLength(3);
    expect(faults.join()).not.toContain('SECRET');
  });

  it('a list of more than 2,000 codes is refused; 1,000 faults are told', () => {
    const many = (count: number) => Array.from({ length: count }, (_, line) => `CODE-${line}`);
    expect(read(many(2_000).join('\n')).kind).toBe('read');
    expect(faultsOf(many(2_001).join('\n'))).toEqual([
      'body: at most 2000 codes, not 2001: send several lists',
    ]);
    const wrong = faultsOf(
      many(1_500)
        .map(() => '?')
        .join('\n'),
    );
    expect(wrong).toHaveLength(1_001);
    expect(wrong.at(-1)).toBe('body: 500 more are not as expected');
  });
});

it('a pool runs low when it has as many codes as the low-water mark, or fewer', () => {
  expect([11, 10, 0].map((free) => isLow(free, { lowWater: 10 }))).toEqual([false, true, true]);
  expect([1, 0].map((free) => isLow(free, { lowWater: 0 }))).toEqual([false, true]);
});
