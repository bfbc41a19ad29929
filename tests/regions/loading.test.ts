import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { InvalidRegionFile, loadRegion, parseRegion } from '../../regions/load.ts';
import { runs } from '../runs.ts';
import { hamlet, hamletWith } from './hamlet.ts';

const folder = mkdtempSync(join(tmpdir(), 'ladder-regions-'));
afterAll(() => rmSync(folder, { recursive: true }));

function refusal(load: () => unknown): InvalidRegionFile {
  try {
    load();
  } catch (error) {
    if (error instanceof InvalidRegionFile) return error;
    throw error;
  }
  throw new Error('the region was accepted');
}

describe('loadRegion', () => {
  it('reads a region from its file', () => {
    const file = join(folder, 'hamlet.yaml');
    writeFileSync(file, hamlet);
    expect(loadRegion(file)).toEqual(parseRegion(hamlet, file));
    expect(loadRegion(file)).toMatchObject({ id: 'hamlet', languages: ['ko', 'en'] });
  });

  it('names the file in each fault, as it was given', () => {
    const file = join(folder, 'bad.yaml');
    writeFileSync(file, hamletWith('id: hamlet', 'id: Hamlet'));
    expect(refusal(() => loadRegion(file)).faults).toEqual([
      {
        file,
        line: 1,
        column: 5,
        path: 'id',
        problem: 'is the text "Hamlet"',
        remedy: 'write lower-case words joined by hyphens, such as "high-school"',
      },
    ]);
  });

  it('refuses a region that is not called like its file: it would be deployed over another', () => {
    const file = join(folder, 'village.yaml');
    writeFileSync(file, hamlet);
    expect(refusal(() => loadRegion(file)).faults).toEqual([
      {
        file,
        line: 1,
        column: 5,
        path: 'id',
        problem: 'is "hamlet", but the file is called village.yaml',
        remedy:
          'write "village", or call the file hamlet.yaml; ' +
          'as it is, it would be deployed over the region "hamlet"',
      },
    ]);
  });

  it('says so together with whatever else is wrong', () => {
    const file = join(folder, 'village.yaml');
    writeFileSync(file, hamletWith('Asia/Seoul', 'Asia/Soul'));
    const { faults } = refusal(() => loadRegion(file));
    expect(faults.map(({ path }) => path)).toEqual(['id', 'timeZone']);
  });

  it('refuses a folder', () => {
    const error = refusal(() => loadRegion(folder));
    expect(error.code).toBe('invalid-region-file');
    expect(error.message).toContain(`${folder}:1:1 (file): cannot be read (EISDIR`);
    expect(error.message).toMatch(/, give the path of a region file$/);
  });

  it.each([
    [
      'regions/nope.yaml',
      'there is no region file regions/nope.yaml; there are: north-chungcheong, seoul, taebaek. Give the path of a ' +
        'region file (regions/north-chungcheong.yaml, regions/seoul.yaml, regions/taebaek.yaml), or copy one of them to that name',
    ],
    [
      'regions/soul.yaml',
      'there is no region file regions/soul.yaml; there are: north-chungcheong, seoul, taebaek. ' +
        'Did you mean regions/seoul.yaml?',
    ],
    [
      'seoul/nowhere.yaml',
      'there is no region file seoul/nowhere.yaml; there are: north-chungcheong, seoul, taebaek. Give the path of a ' +
        'region file (regions/north-chungcheong.yaml, regions/seoul.yaml, regions/taebaek.yaml), or copy one of them to that name',
    ],
  ])('says which region files there are instead of %s', (file, message) => {
    const error = refusal(() => loadRegion(file));
    expect(error.message).toBe(message);
    expect(error.code).toBe('invalid-region-file');
    expect(error.faults).toMatchObject([{ file, problem: `there is no region file ${file}` }]);
  });

  it('refuses a file in another encoding instead of storing broken names', () => {
    const file = join(folder, 'euc-kr.yaml');
    const seoulInEucKr = Buffer.from([0xbc, 0xad, 0xbf, 0xef]);
    writeFileSync(file, Buffer.concat([Buffer.from('id: seoul\nname: { ko: '), seoulInEucKr]));
    expect(refusal(() => loadRegion(file)).message).toBe(
      `${file}:1:1 (file): is not valid UTF-8, save it in the encoding UTF-8`,
    );
  });
});

describe('parseRegion, whatever is done to a good file', () => {
  const lines = hamlet.split('\n').length;

  function expectAnswer(text: string): void {
    try {
      parseRegion(text, 'r.yaml');
    } catch (error) {
      if (!(error instanceof InvalidRegionFile)) throw error;
      expect(error.faults.length).toBeGreaterThan(0);
      expect(error.message.split('\n')).toHaveLength(error.faults.length);
      for (const { line, column } of error.faults) {
        expect(line).toBeGreaterThan(0);
        expect(line).toBeLessThanOrEqual(text.split('\n').length);
        expect(column).toBeGreaterThan(0);
      }
    }
  }

  it('answers with a region or with faults inside of the text: a passage replaced', () => {
    const offset = fc.nat({ max: hamlet.length });
    const passage = fc.record({
      offset,
      length: fc.nat({ max: 40 }),
      instead: fc.oneof(
        fc.string({ maxLength: 10 }),
        fc.constantFrom(...':-{}[]"\'#&*!|>%@\t\n', '\n---\n', '? ', '<<: ', '- - '),
      ),
    });
    fc.assert(
      fc.property(passage, ({ offset, length, instead }) => {
        expectAnswer(hamlet.slice(0, offset) + instead + hamlet.slice(offset + length));
      }),
      { numRuns: runs(30) },
    );
  });

  it('refuses the file with any one line of keys and values taken out', () => {
    const needed = hamlet
      .split('\n')
      .flatMap((line, index) => (/^ *(- )?\w+: [^|]/.test(line) ? [index] : []))
      // These are the region's optional lines.
      .filter(
        (index) =>
          !/closes: |areas: [[{]|ages: |incomeBands: |opens: 2026/.test(
            hamlet.split('\n')[index] ?? '',
          ),
      );
    expect(needed.length).toBeGreaterThan(lines / 2);
    for (const index of needed) {
      const text = hamlet.split('\n').toSpliced(index, 1).join('\n');
      expect(refusal(() => parseRegion(text, 'r.yaml')).faults.length).toBeGreaterThan(0);
    }
  });
});
