import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { computed, importsOf, seemingImports } from './architecture/imports.ts';
import { capabilities, placeOf, violations } from './architecture/rooms.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const houses = ['bench', 'bin', 'clients', 'functions', 'lib', 'local', 'regions', 'world'];
const read = (path: string) => readFileSync(root + path, 'utf8');

/** Every file that people write, tests and generated ones aside. */
const files = houses.flatMap((house) =>
  readdirSync(root + house, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(root.length)),
);
const modules = files.filter((path) => /\.(ts|mjs)$/.test(path));

/** Modules that import something that is only known when they run, and why they may. */
const computing: Readonly<Record<string, string>> = {
  'bench/opening/day-worker.ts': 'serves learners by the bundle that it is told',
  'bench/provisioning/function-process.ts': 'runs whatever bundle the bench is to measure',
  'bench/web/alike-process.ts': 'asks whatever bundle the bench is to measure',
  'bench/web/cold-start.mjs': 'starts whatever bundle the bench is to measure',
  'bench/web/warm-worker.ts': 'asks whatever bundle the bench is to measure',
  'local/lambda/thread.ts': 'runs whatever bundle the template names',
};

describe('the house', () => {
  it('has rooms, and something in each', () => {
    const rooms = new Set(modules.map((path) => placeOf(path)?.room));
    expect([...rooms].sort()).toEqual([
      'adapter',
      'bench',
      'bin',
      'clients',
      'contract',
      'generated module',
      'handler',
      'lib',
      'list of contracts',
      'local',
      'regions',
      'regions/calendar',
      'regions/notices',
      'regions/schema',
      'regions/texts',
      'rules',
      'runtime',
      'store',
      'world',
    ]);
    expect(modules.length).toBeGreaterThan(200);
  });

  it('has imports that this test can read, all of them', () => {
    const unread = modules.filter((path) => {
      const source = read(path);
      return importsOf(source).length < seemingImports(source);
    });
    expect(unread).toEqual([]);
    const count = modules.reduce((sum, path) => sum + importsOf(read(path)).length, 0);
    expect(count).toBeGreaterThan(800);
  });

  it('keeps to the table of what each room may import', () => {
    const found = modules
      .flatMap((path) => violations(path, read(path)))
      .filter(
        (line) =>
          !Object.keys(computing).some((path) => line.startsWith(`${path}: imports ${computed}`)),
      );
    expect(found.join('\n')).toBe('');
  });

  it('computes an import only where it says why', () => {
    const found = modules.filter((path) => importsOf(read(path)).some(({ to }) => to === computed));
    expect(found).toEqual(Object.keys(computing));
  });

  it('has no file of more than 300 lines, data aside', () => {
    const long = files
      .filter((path) => !/\.(yaml|json|jar|class)$/.test(path))
      .map((path) => ({ path, lines: read(path).split('\n').length - 1 }))
      .filter(({ lines }) => lines > 300);
    expect(long).toEqual([]);
  });

  it('has no file or folder that says nothing of what is in it', () => {
    const empty = files.filter((path) =>
      /(^|[/.-])(utils?|helpers?|common|managers?|misc)([/.-]|$)/i.test(path),
    );
    expect(empty).toEqual([]);
  });

  it('lists its capabilities in the order that CONTRIBUTING.md tells', () => {
    const told = /in one order: ([^.]*)\./.exec(
      read('CONTRIBUTING.md').replaceAll(/\s+/g, ' '),
    )?.[1];
    const there = capabilities.filter((name) =>
      files.some((path) => path.startsWith(`functions/${name}/`)),
    );
    expect(told?.split(' → ')).toEqual(there);
  });
});

describe('rules and contracts', () => {
  const pure = modules.filter((path) =>
    ['rules', 'contract', 'regions/calendar'].includes(placeOf(path)?.room ?? ''),
  );

  it.each([
    'Date.now(',
    'new Date(',
    'Temporal.Now',
    'Math.random(',
    'process.',
    'fetch(',
    'setTimeout(',
  ])('read no clock, chance or environment: no %s', (impurity) => {
    expect(pure.length).toBeGreaterThan(8);
    expect(pure.filter((path) => read(path).includes(impurity))).toEqual([]);
  });
});

describe('functions', () => {
  const functions = modules.filter((path) => path.startsWith('functions/'));
  const lines = functions.flatMap((path) =>
    read(path)
      .split('\n')
      .map((text, index) => ({ where: `${path}:${index + 1}`, text })),
  );

  it('log fixed texts: what varies goes into a field that can hold no name', () => {
    const logged = lines.filter(({ text }) => /\blog\.(info|warn|error)\(/.test(text));
    expect(logged.length).toBeGreaterThan(8);
    expect(logged.filter(({ text }) => !/\blog\.\w+\('[\w -]+'/.test(text))).toEqual([]);
  });

  it('write to the console nowhere, and to the standard output in the logger only', () => {
    const written = lines.filter(({ text }) => /\bconsole\.|process\.std(out|err)/.test(text));
    expect(written.map(({ where }) => where.split(':')[0])).toEqual([
      'functions/runtime/logger.ts',
    ]);
  });

  it('read the time in one place, and once more for the lines of the log', () => {
    const reading = lines.filter(
      ({ text, where }) =>
        /\bDate\.now\(|\bnew Date\(\)|\bTemporal\.Now\b|\bperformance\.now\(/.test(text) &&
        // How long something takes is no time of day.
        !where.startsWith('functions/runtime/waits.ts'),
    );
    expect(reading.map(({ where }) => where.split(':')[0])).toEqual([
      'functions/runtime/clock.ts',
      // Of functions that need no calendar, too.
      'functions/runtime/logger.ts',
    ]);
  });

  it('read their environment in one place', () => {
    const reading = lines.filter(({ text }) => text.includes('process.env'));
    expect(reading.map(({ where }) => where.split(':')[0])).toEqual([
      'functions/runtime/environment.ts',
    ]);
  });
});
