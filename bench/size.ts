import { budgets } from './budgets.ts';
import { type Size, sizeOf, unwantedIn } from './bundle-sizes.ts';
import type { Report } from './report.ts';
import { builtAsOurs, withContestants } from './web/contestants.ts';

/** What each function's bundle weighs, the SDK included, beside the peers with one endpoint of one of them. */
export function size(): Promise<Report> {
  return withContestants(async ({ bundles, directories }) => {
    const functions = bundles.entries
      .map((entry) => ({ name: entry as string, ...sizeOf(bundles.directoryOf(entry)) }))
      .sort((a, b) => b.bytes - a.bytes);
    const contestants = [...directories].map(([name, directory]) => ({
      name: name as string,
      ...sizeOf(directory),
    }));
    const unwanted = bundles.entries.flatMap((entry) => unwantedIn(bundles.directoryOf(entry)));
    const largest = Math.max(...functions.map(({ bytes }) => bytes));
    const bytesOf = (name: string) =>
      contestants.find((one) => one.name === name)?.bytes ?? Number.NaN;
    return {
      rows: [
        ['function', 'bytes', 'gzip', 'files'],
        ...functions.map(row),
        ['', '', '', ''],
        ['PUT /me/enrolments/{place}', '', '', ''],
        ...contestants.map(row),
      ],
      data: { functions, contestants, unwanted },
      targets: [
        {
          what: 'bytes of the largest function',
          atMost: budgets.functions.bytes,
          measured: largest,
        },
        {
          what: 'its gzip',
          atMost: budgets.functions.gzip,
          measured: Math.max(...functions.map(({ gzip }) => gzip)),
        },
        {
          what: 'the endpoint beside middy + zod',
          atMost: 0.5,
          measured: bytesOf('Ladder') / bytesOf('middy'),
        },
        {
          what: 'beside a bare function built as ours',
          atMost: 1.3,
          measured: bytesOf('Ladder') / bytesOf(builtAsOurs),
        },
        { what: 'functions with what they never need', atMost: 0, measured: unwanted.length },
      ],
    };
  });
}

const row = ({ name, bytes, gzip, files }: Size & { readonly name: string }) => [
  name,
  ...[bytes, gzip, files].map((number) => number.toLocaleString('en')),
];
