import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readCourses } from '../../functions/catalogue/course.rules.ts';
import { readCsv } from '../../functions/runtime/csv.ts';
import { loadRegion } from '../../regions/load.ts';
import { Offer } from '../../regions/schema.ts';
import { village } from '../runtime/village.ts';
import { columns, faultsOf, line, table } from './sheets.ts';

const offers = [
  { stage: 'high', category: 'reading' },
  { stage: 'middle', category: 'subject' },
].map((offer) => Offer.parse(offer));
const read = (text: string) => readCourses(village(), offers, readCsv(text));
const readLines = (...lines: string[]) => readCourses(village(), offers, table(...lines));

describe('given a provider’s list of courses', () => {
  it('reads each, in the region’s languages', () => {
    expect(
      readLines(
        'A-1,정수,Integers,middle,subject,mathematics,lecture-series,1.5',
        line('B-2', '책'),
      ),
    ).toEqual({
      kind: 'read',
      courses: [
        {
          code: 'A-1',
          title: { ko: '정수', en: 'Integers' },
          stage: 'middle',
          category: 'subject',
          subject: 'mathematics',
          format: 'lecture-series',
          hours: 1.5,
        },
        expect.not.objectContaining({ hours: expect.anything() }),
      ],
    });
  });

  it.each([
    ['an empty list', columns],
    ['columns in another order', 'format,hours,subject,category,stage,title_en,title_ko,code'],
    ['no column of hours', 'code,title_ko,title_en,stage,category,subject,format'],
    ['a byte order mark and the line ends of a spreadsheet', `\ufeff${columns}\r\n`],
    ['rows of nothing at its end', `${columns}\n,,,,,,,\n\n`],
    [
      'quotes, commas and line breaks in a title',
      `${columns}\n${line('A', '"한 ""권"",\n두 권"')}`,
    ],
    ['spaces around cells', `${columns}\n A , 책, book , high,reading, reading,e-book , 2 `],
  ])('takes %s', (_what, text) => {
    expect(faultsOf(read(text))).toEqual([]);
  });

  it('edge case 6: keeps titles in one spelling', () => {
    const read = readLines(line('A', '한글'.normalize('NFD')));
    expect(read).toMatchObject({ courses: [{ title: { ko: '한글'.normalize('NFC') } }] });
  });
});

describe('given a list with mistakes', () => {
  it('tells all of them at once, each with line, column and what was expected', () => {
    const text = [
      'code,title_ko,title_fr,stage,category,subject,format,code',
      'A,책,livre,high,reading,reading,e-book,A',
      ',책,livre,High,reading,geometry,e-book,',
      'B,,livre,high,reading,reading,film,B',
      'A,책,livre,high,subject,reading,e-book,A',
    ].join('\n');
    expect(faultsOf(read(text))).toEqual([
      'line 1: title_en: a column of this name',
      expect.stringContaining('line 1: title_fr: no such column: write one of code, title_ko,'),
      'line 1: code: this column only once',
      expect.stringContaining('line 3: code: 1 to 40 letters, digits'),
      'line 3: stage: one of elementary, middle, high, lifelong',
      expect.stringContaining('line 3: subject: one of korean, mathematics,'),
      'line 4: title_ko: a title of 1 to 200 letters',
      expect.stringContaining('line 4: format: one of lecture-series,'),
      'line 5: category: a stage and category that the provider offers: high reading, middle subject',
      'line 5: code: a code of its own, line 2 has this one',
    ]);
  });

  it.each([
    ['a code with a space', line('A 1'), 'line 2: code: 1 to 40 letters'],
    [
      'a title of 201 letters',
      line('A').replace('책 A', '가'.repeat(201)),
      'line 2: title_ko: a title of 1 to 200',
    ],
    [
      'no hours that can be',
      line('A').replace(/,$/, ',0'),
      'line 2: hours: hours from 0.1 to 2000',
    ],
    ['too many hours', line('A').replace(/,$/, ',2001'), 'line 2: hours: hours from 0.1 to 2000'],
    ['hours in words', line('A').replace(/,$/, ',two'), 'line 2: hours: hours from 0.1 to 2000'],
    ['a cell too many', `${line('A')},3`, 'line 2: row: 8 cells, not 9'],
    ['cells too few', 'A,책,book,high,reading,reading', 'line 2: format: one of'],
    [
      'a category that the provider has nothing for at this stage',
      line('A', '책', 'middle,reading,reading,e-book,'),
      'line 2: category: a stage and category that the provider offers: high reading, middle subject',
    ],
    ['a quote that never ends', `A,"책,book`, 'line 2: row: a quote that is closed'],
  ])('names %s', (_what, row, fault) => {
    expect(faultsOf(readLines(row))).toEqual([expect.stringContaining(fault)]);
  });

  it('names the line where a mistake is, after titles of several lines', () => {
    const faults = faultsOf(readLines(line('A', '"한\n권"'), '', line('no code')));
    expect(faults).toEqual([expect.stringContaining('line 6: code')]);
  });

  it('names what is missing where there is nothing', () => {
    expect(faultsOf(read(''))).toEqual([
      'line 1: columns: the names of the columns: code, title_ko, title_en, stage, category, subject, format, hours',
    ]);
  });

  it('takes 5,000 courses and no more', () => {
    const lines = Array.from({ length: 5_001 }, (_, number) => line(`C${number}`));
    expect(readLines(...lines.slice(1))).toMatchObject({ kind: 'read' });
    expect(faultsOf(readLines(...lines))).toEqual(['body: at most 5000 courses, not 5001']);
  });

  it('tells a thousand mistakes, and how many there are beside', () => {
    const lines = Array.from({ length: 1_003 }, () => line('no code'));
    const faults = faultsOf(readLines(...lines));
    expect(faults).toHaveLength(1_001);
    expect(faults.at(-1)).toBe('body: 3 more are not as expected');
  });
});

const seoul = loadRegion('regions/seoul.yaml');
describe.each(readdirSync('regions/courses/seoul'))(
  'the sample regions/courses/seoul/%s',
  (name) => {
    it('is a list that the provider can have', () => {
      const provider = seoul.providers.find(({ id }) => `${id}.csv` === name);
      if (provider === undefined) throw new Error('there is no such provider');
      const text = readFileSync(`regions/courses/seoul/${name}`, 'utf8');
      const read = readCourses(seoul, provider.offers, readCsv(text));
      expect(faultsOf(read)).toEqual([]);
      expect(read).toMatchObject({ courses: expect.arrayContaining([expect.anything()]) });
    });
  },
);
