import { budgets } from './budgets.ts';
import type { Count } from './capacity/count.ts';
import { type Grown, grow, placesOnList, sizes } from './capacity/growth.ts';
import { idleJobs, idleReadUnits, type Job, lookOfTheDay } from './capacity/jobs.ts';
import { later } from './capacity/later.ts';
import { type Entry, nameOf } from './capacity/ledger.ts';
import { type MeteredRegion, meteredRegion } from './capacity/metered-region.ts';
import { askOthers, routes, tokensFor } from './capacity/others.ts';
import { story } from './capacity/story.ts';
import { type Report, type Target, tell } from './report.ts';

/** The action that issue 7 names. */
export const enrolling = 'PUT /me/enrolments/{place}';

/**
 * Actions that come to more than their budget. How many functions follow is not held: streams hand over what there is,
 * sometimes in two batches.
 */
export function aboveBudget(entries: ReadonlyMap<string, Entry>): readonly string[] {
  const named: Readonly<Record<string, readonly number[]>> = budgets.actions.named;
  return [...entries].flatMap(([name, { own, follows }]) => {
    const budget = named[name] ?? budgets.actions.any;
    const asked = figuresOf(own, follows);
    const isAbove = asked.some(
      (figure, what) => what !== functions && figure > (budget[what] ?? 0),
    );
    return isAbove ? [`${name}: ${asked.join(' ')}, not ${budget.join(' ')}`] : [];
  });
}

/** Routes whose cost nobody has counted. */
export const uncountedIn = (entries: ReadonlyMap<string, Entry>): readonly string[] =>
  routes.map(nameOf).filter((name) => !entries.has(name));

const functions = 5;
/** In the order of the budgets. */
const figuresOf = (own: Readonly<Count>, { readUnits, writeUnits, ...rest }: Readonly<Count>) => [
  ...[own.requests, own.readUnits, own.writeUnits],
  ...[
    readUnits,
    writeUnits,
    rest.invocations,
    own.messages + rest.messages,
    own.mails + rest.mails,
  ],
];

/** What people do, and what each of it asks of AWS, counted in a region that runs. */
export async function capacity(): Promise<Report> {
  tell('capacity: a region starts …');
  const town = await meteredRegion();
  try {
    const { jobs, grown } = await countAll(town, sizes, (text) => tell(`capacity: ${text} …`));
    return reportOf(town.ledger.entries, jobs, grown);
  } finally {
    await town.stop();
  }
}

/**
 * Has everything done that is counted; what each action comes to is in the region's ledger.
 *
 * @param among - rows beside its own, of which it is counted how an action grows with them
 */
export async function countAll(
  town: MeteredRegion,
  among: readonly number[],
  begins: (what: string) => void,
): Promise<{ readonly jobs: readonly Job[]; readonly grown: readonly Grown[] }> {
  begins('people do what they do in a year');
  const somebody = await story(town);
  const tokens = await tokensFor(town, somebody);
  begins('all other routes');
  await askOthers(town, somebody, tokens);
  const jobs = await idleJobs(town);
  begins(`among ${among.map((size) => size.toLocaleString('en')).join(', ')}`);
  const grown = await grow(town, among);
  await later(town, somebody);
  await lookOfTheDay(town);
  return { jobs, grown };
}

function reportOf(
  entries: ReadonlyMap<string, Entry>,
  jobs: readonly Job[],
  grown: readonly Grown[],
): Report {
  const actions = [...entries].sort(([a], [b]) => byPath(a, b));
  const uncounted = uncountedIn(entries);
  const enrolment = entries.get(enrolling);
  return {
    rows: [
      ['action', ...columns],
      ...actions.map(([name, entry]) => [name, ...cellsOf(entry)]),
      ['', ...columns.map(() => '')],
      ['job that finds nothing to do', 'requests', '', 'RU', '', 'WU', '', 'every', '', '', ''],
      ...jobs.map(({ name, expression, count }) => {
        const { requests, readUnits, writeUnits } = count;
        const every = /\(1? ?(.+)\)/.exec(expression)?.[1] ?? expression;
        return [
          name,
          said(requests),
          '',
          said(readUnits),
          '',
          said(writeUnits),
          '',
          every,
          '',
          '',
          '',
        ];
      }),
      ['', ...columns.map(() => '')],
      ['at 100, 1,000, 10,000', 'requests', '', 'RU', '', 'WU', '', 'power', '', '', '', ''],
      ...grown.map(({ action, requests, readUnits, writeUnits, exponent }) => [
        action,
        ...[requests, readUnits, writeUnits].flatMap((one) => [one.map(said).join(' '), '']),
        exponent.toFixed(2),
        ...['', '', '', ''],
      ]),
    ],
    data: { grown, entries: Object.fromEntries(entries), jobs, uncounted },
    targets: [
      {
        what: 'write units of an enrolment, indexes included',
        atMost: budgets.actions.wished.writeUnits,
        measured: enrolment?.own.writeUnits ?? Number.NaN,
      },
      {
        what: 'requests of it that write',
        atMost: budgets.actions.wished.writeRequests,
        measured: enrolment?.own.writeRequests ?? Number.NaN,
      },
      {
        what: 'write units of an enrolment, the stretch',
        atMost: budgets.actions.wished.stretch,
        measured: enrolment?.own.writeUnits ?? Number.NaN,
        stretch: true,
      },
      ...powersOf(grown),
      ...idleTargets(jobs),
      { what: 'actions above their budget', atMost: 0, measured: aboveBudget(entries).length },
      { what: 'routes whose cost nobody has counted', atMost: 0, measured: uncounted.length },
    ],
  };
}

function idleTargets(jobs: readonly Job[]): readonly Target[] {
  const { minute, fiveMinutes, hour } = idleReadUnits(jobs);
  const { idle } = budgets;
  const what = 'read units of idle jobs,';
  return [
    { what: `${what} each minute`, atMost: idle.minute, measured: minute },
    { what: `${what} each five minutes`, atMost: idle.fiveMinutes, measured: fiveMinutes },
    { what: `${what} each hour`, atMost: idle.hour, measured: hour },
  ];
}

/** A place on a list is found by counting who is before, up to a hundred; all else is to cost the same among however many. */
export function powersOf(grown: readonly Grown[]): readonly Target[] {
  const highest = (some: readonly Grown[]) => Math.max(...some.map(({ exponent }) => exponent));
  const [counting, others] = [true, false].map((counts) =>
    grown.filter(({ action }) => placesOnList.includes(action) === counts),
  );
  return [
    {
      what: 'power with which it grows, no list asked',
      atMost: budgets.actions.growth,
      measured: highest(others ?? []),
    },
    {
      what: 'power, of one’s place on a list',
      atMost: budgets.actions.growth,
      measured: highest(counting ?? []),
    },
  ];
}

const columns = [
  'requests',
  'least',
  'RU',
  'least',
  'WU',
  'least',
  'then: functions',
  'requests',
  'RU',
  'WU',
  'mails',
  'above the least for',
];

function cellsOf({ own, follows }: Entry): string[] {
  const figures: (keyof Count)[] = ['requests', 'leastRequests', 'readUnits', 'leastRead'];
  const written: (keyof Count)[] = ['writeUnits', 'leastWritten'];
  const then: (keyof Count)[] = ['invocations', 'requests', 'readUnits', 'writeUnits', 'mails'];
  return [
    ...[...figures, ...written].map((what) => said(own[what])),
    ...then.map((what) => said(follows[what])),
    aboveLeast(own),
  ];
}

/** In words what an action comes to beyond the least. */
function aboveLeast(own: Readonly<Count>): string {
  const { requests, leastRequests, writeRequests } = own;
  const writesAgain = Math.max(0, writeRequests - 1);
  const inIndexes = own.writeUnits - own.leastWritten - own.largeWritten;
  const reasons = [
    [requests - leastRequests - writesAgain, 'reads again'],
    [writesAgain, 'writes in turns'],
    [own.largeWritten, 'rows above 1 KB'],
    [inIndexes, 'whole rows in an index'],
  ] as const;
  return reasons.flatMap(([above, reason]) => (above > 0 ? [reason] : [])).join(', ');
}

const said = (figure: number): string => (figure === 0 ? '–' : figure.toLocaleString('en'));

/** Routes of one path beside each other. */
function byPath(a: string, b: string): number {
  const [one = '', other = ''] = [a, b].map((name) => name.split(' ')[1]);
  return one === other ? (a < b ? -1 : 1) : one < other ? -1 : 1;
}
