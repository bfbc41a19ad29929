import { globSync, readFileSync } from 'node:fs';
import { build } from 'esbuild';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import * as csv from '../../../functions/runtime/csv.ts';
import { cut, cutMethods } from '../../../lib/support/cuts.ts';
import { withoutMembers } from '../../../lib/support/members.ts';
import { slimming } from '../../../lib/support/slimming.ts';
import { tokensOf } from '../../../lib/support/tokens.ts';

/** What a module exports as `made`, once it is run. */
async function madeBy(code: string): Promise<{ made(): unknown }> {
  return await import(`data:text/javascript,${encodeURIComponent(code)}`);
}

describe('given a package of which some methods are called by nobody', () => {
  const source = `
    class A { static from() { return new A(); } get size() { return 3; } of(n = { a: '}' }) { return n; } }
    const traits = { async told() { return 1; }, said: function other() { return 2; }, of: 5 };
    class B { of(n) { return n + 6; } }
    const half = (n) => { return n / 7; }, third = async function (n) { return n / 8; };
    function of(n) { return half(n) + third(n); }
    export const made = () => [A.from().of(4), traits.of, traits.said(), new B().of(1)];
  `;

  it('when they are left out, then the others do what they did', async () => {
    const code = withoutMembers(source, ['size', 'told', 'half()', 'third()', 'of()']);
    expect((await madeBy(code)).made()).toEqual([4, 5, 2, 7]);
    expect(code).not.toMatch(/return (3|1|n \/ 7|n \/ 8|half.*);/);
  });

  it.each(['from', 'said', 'of', 'A.of', 'B.of'])(
    'when %s is called all the same, then it says its name',
    async (name) => {
      const { made } = await madeBy(withoutMembers(source, [name]));
      expect(made).toThrow(new RegExp(`method ${name} `));
    },
  );

  it('when the package has no such method any longer, then the bundler says so', () => {
    const gone = ['size', 'length', 'B.from', 'C.of', 'size()', 'from()'];
    expect(() => withoutMembers(source, gone)).toThrow(
      'no method length, B.from, C.of, size(), from()',
    );
  });
});

it('given the packages that are installed, when they are bundled, then all is there that is cut out of them', async () => {
  const packages = [
    "export * from 'zod';",
    "export * from 'temporal-polyfill';",
    "export * as csv from 'csv-parse/sync';",
    "export * as jose from 'jose';",
  ];
  const { errors } = await build({
    stdin: { contents: packages.join('\n'), resolveDir: process.cwd() },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    external: ['#region'],
    plugins: [slimming],
    logLevel: 'silent',
  });
  expect(errors).toEqual([]);
});

/** A module of ours as it is in a bundle. */
async function asBundled<T>(file: string): Promise<T> {
  const { outputFiles } = await build({
    entryPoints: [file],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
    plugins: [slimming],
    logLevel: 'silent',
  });
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0]?.text ?? '')}`);
}

it('given tables, when a function reads them, then they are what the whole package reads', async () => {
  const cut = await asBundled<typeof csv>('functions/runtime/csv.ts');
  const cells = [
    'a',
    ' b ',
    '',
    '"c"',
    '"d,""e"',
    'f"g',
    '"h',
    '학교',
    '\uFEFF',
    ',',
    ',',
    '\n',
    '\r\n',
    '\r',
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...cells), { maxLength: 12 }), (parts) => {
      expect(cut.readCsv(parts.join(''))).toEqual(csv.readCsv(parts.join('')));
    }),
  );
});

/** What is asked of Temporal in functions, in all its kinds. */
const asked = (T: typeof Temporal) => {
  const moment = T.Instant.from('2026-03-08T06:59:59.123456Z');
  const later = moment.add({ hours: 49, minutes: 30 }).subtract({ seconds: 1 });
  const here = moment.toZonedDateTimeISO('America/New_York');
  const day = here.toPlainDate();
  const month = day.toPlainYearMonth();
  const local = T.PlainDateTime.from('2026-03-08T02:30');
  const zoned = (disambiguation: 'earlier' | 'later' | 'compatible') =>
    local.toZonedDateTime('America/New_York', { disambiguation }).toInstant().toString();
  return [
    later.toString({ smallestUnit: 'millisecond' }),
    later.toString({ fractionalSecondDigits: 3 }),
    later.epochMilliseconds,
    T.Instant.compare(moment, later),
    moment.equals(later),
    later.since(moment).total('minutes'),
    moment.until(later).total('hours'),
    JSON.stringify([moment, day, month, local]),
    day.until(day.add({ months: 14, days: 3 })).days,
    day.until(day.add({ years: 1 }), { largestUnit: 'days' }).days,
    T.PlainDate.compare(day, day.subtract({ weeks: 1 })),
    T.PlainDate.from('2024-02-29').add({ years: 1 }).toString(),
    day.equals(T.PlainDate.from('2026-03-08')),
    [day.dayOfWeek, day.year, day.month, day.day, here.hour, here.minute, here.offsetNanoseconds],
    day.toPlainDateTime(T.PlainTime.from('16:00')).toString(),
    day.toZonedDateTime({ timeZone: 'Asia/Seoul', plainTime: '16:00' }).toInstant().toString(),
    day.toZonedDateTime('Asia/Seoul').epochMilliseconds,
    month.toString(),
    T.PlainYearMonth.from('2025-11').until(month.add({ months: 1 }), { largestUnit: 'month' })
      .months,
    month.subtract({ months: 3 }).toString(),
    (['earlier', 'later', 'compatible'] as const).map(zoned),
    here.getTimeZoneTransition('next')?.toInstant().toString(),
    here.withTimeZone('Asia/Kathmandu').add({ months: 1 }).toPlainDateTime().toString(),
    T.PlainDateTime.compare(local, here.toPlainDateTime()),
    here.toLocaleString('ko', { dateStyle: 'full', timeStyle: 'short' }),
    day.toLocaleString('en', { dateStyle: 'full' }),
  ];
};

it('given moments and days, when a function reckons with them, then it is as with the whole package', async () => {
  const cut = await asBundled<{ Temporal: typeof Temporal }>('temporal-polyfill');
  expect(asked(cut.Temporal)).toEqual(asked(Temporal));
});

/** Of whom methods are asked that have the name of one that is cut out: `z.email()`, `Math.round()`. */
const others = ['z', 'iso', 'Math'];
/** What only others have under this name in our sources: TextEncoder, TextDecoder. */
const othersHave = ['encode', 'decode'];
const names = cutMethods.filter((name) => !othersHave.includes(name));

/** What is cut out of some classes of Temporal only, and where it is asked of another: whoever adds one says of which. */
const askedOf = {
  until: {
    'mentoring/mentorship.rules.ts': 'PlainDate',
    'mentoring/pair.rules.ts': 'PlainDate',
    'mentoring/reminder.rules.ts': 'Instant',
    'mentoring/stipend.rules.ts': 'PlainYearMonth',
    'provisioning/seats.rules.ts': 'PlainYearMonth',
  },
  since: { 'operation/probe.adapter.ts': 'Instant', 'provisioning/rules.ts': 'Instant' },
  equals: {
    'mentoring/booking.rules.ts': 'Instant',
    'mentoring/day.rules.ts': 'Instant',
    'mentoring/series.rules.ts': 'PlainDate',
    'mentoring/slots.rules.ts': 'PlainDateTime',
  },
};

it.each(Object.entries(askedOf))(
  'given what is cut out of some classes, then %s is asked of others',
  (method, files) => {
    const asking = globSync('{functions,regions}/**/*.ts').filter((file) =>
      readFileSync(file, 'utf8').includes(`.${method}(`),
    );
    expect(asking.toSorted()).toEqual(Object.keys(files).map((file) => `functions/${file}`));
    for (const one of Object.values(files)) expect(cutMethods).not.toContain(`${one}.${method}`);
  },
);

it('given what is cut out of some classes, then no module asks it of them by name', () => {
  const asking = globSync('{functions,regions}/**/*.ts').flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/Temporal\.(\w+\.\w+)\(/g)]
      .filter(([, name = '']) => cutMethods.includes(name))
      .map(([call]) => `${file} asks for ${call}`),
  );
  expect(asking).toEqual([]);
});

it('given what is cut out, then no module of a function asks for it', () => {
  const asking = globSync('{functions,regions}/**/*.ts').flatMap((file) => {
    const words = tokensOf(readFileSync(file, 'utf8')).map(({ text }) => text);
    return words
      .filter((word, at) => {
        const isCall = words[at - 1] === '.' && words[at + 1] === '(';
        return isCall && names.includes(word) && !others.includes(words[at - 2] ?? '');
      })
      .map((word) => `${file} asks for ${word}`);
  });
  expect(asking).toEqual([]);
});

it('given the words of zod for formats, then those that our schemas ask for are left', () => {
  const path = 'node_modules/zod/v4/locales/en.js';
  const whole = readFileSync(path, 'utf8');
  const namesIn = (source: string) =>
    new Set([...source.matchAll(/^ +(\w+): [{"]/gm)].map(([, name = '']) => name));
  const left = namesIn(cut(path, whole));
  const lost = new Set([...namesIn(whole)].filter((name) => !left.has(name)));
  const asked = globSync('{functions,regions,clients}/**/*.ts').flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\bz\s*\.(?:iso\.)?(\w+)/g)].map(
      ([, name = '']) => name,
    ),
  );
  expect(lost).toContain('jwt');
  expect(asked.filter((name) => lost.has(name))).toEqual([]);
});
