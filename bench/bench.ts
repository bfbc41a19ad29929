import { pathToFileURL } from 'node:url';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { publish, type Report, tell, verdict } from './report.ts';

interface Bench {
  readonly says: string;
  readonly run: (numbers: Numbers) => Promise<Report>;
}

/** Whole numbers that a bench can be told, in the place of its own. */
const numberNames = ['learners', 'lots', 'seed', 'hold', 'accounts'] as const;
type Numbers = Readonly<Partial<Record<(typeof numberNames)[number], number>>>;

/** What can be measured, by name; loaded only when it is asked for. */
const benches: Readonly<Record<string, Bench>> = {
  size: {
    says: 'bytes of every function, and of one endpoint in other frameworks',
    run: async () => (await import('./size.ts')).size(),
  },
  cold: {
    says: 'a fresh process to the first answer, beside other frameworks',
    run: async () => (await import('./cold.ts')).cold(),
  },
  warm: {
    says: 'processor time of a request, beside other frameworks and a bare handler',
    run: async () => (await import('./warm.ts')).warm(),
  },
  capacity: {
    says: 'requests and capacity units of every action, counted in a region that runs',
    run: async () => (await import('./capacity.ts')).capacity(),
  },
  price: {
    says: 'list price of a learner-year, beside a Moodle that is always on',
    run: async () => (await import('./price.ts')).price(),
  },
  matching: {
    says: 'assignment of mentors, beside HiGHS, greed and deferred acceptance',
    run: async () => (await import('./matching.ts')).matching(),
  },
  opening: {
    says: 'an opening day in simulated time, beside one counter [--learners N] [--lots N] [--seed N] [--hold MS]',
    run: async ({ hold, ...numbers }) => {
      const { opening, usual } = await import('./opening.ts');
      return opening({ ...usual, ...numbers, ...(hold === undefined ? {} : { holdMs: hold }) });
    },
  },
  provisioning: {
    says: 'accounts through queues and workers, beside their SCIM server alone (a quarter of an hour) [--accounts N]',
    run: async ({ accounts }) => (await import('./provisioning.ts')).provisioning(accounts),
  },
  loop: {
    says: 'synthesis, start and tests, as a developer waits for them (some minutes)',
    run: async () => (await import('./loop.ts')).loop(),
  },
};

const width = Math.max(...Object.keys(benches).map((name) => name.length));

const help = `npm run bench [-- NAME …] [--json]

Measures what NAMEs say, or everything. Tables go to the standard output, progress to the standard error, and the
figures to bench/results/<NAME>.json; --json prints those in the place of tables. docs/performance.md explains them.
It ends with 0 when all targets are met, with 1 when one is missed or could not be measured, with 2 for words that it
does not know.

${Object.entries(benches)
  .map(([name, { says }]) => `  ${name.padEnd(width)}  ${says}\n`)
  .join('')}`;

const options = {
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  ...Object.fromEntries(numberNames.map((name) => [name, { type: 'string' } as const])),
} as const satisfies ParseArgsConfig['options'];

/** What the command line asks for, or what is wrong with it. */
function asked(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const unknown = positionals.find((name) => !Object.hasOwn(benches, name));
    if (unknown !== undefined) throw new RangeError(`There is no bench "${unknown}".`);
    return { ...values, names: positionals, numbers: numbersOf(values) };
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function numbersOf(values: Readonly<Record<string, unknown>>): Numbers {
  const given = numberNames.filter((name) => values[name] !== undefined);
  return Object.fromEntries(
    given.map((name) => {
      const number = Number(values[name]);
      if (!Number.isSafeInteger(number) || number < 1)
        throw new RangeError(`--${name} is a whole number from 1 on.`);
      return [name, number];
    }),
  );
}

/** Runs the benches that the command line names. */
async function main(words: readonly string[]): Promise<number> {
  const wish = asked(words);
  if (wish instanceof Error) {
    process.stderr.write(`${wish.message}\n\n${help}`);
    return 2;
  }
  if (wish.help === true) {
    process.stdout.write(help);
    return 0;
  }
  let missed = 0;
  for (const name of wish.names.length > 0 ? wish.names : Object.keys(benches)) {
    try {
      const report = await benches[name]?.run(wish.numbers);
      if (report === undefined) continue;
      publish(name, report, wish.json === true);
      missed += report.targets.filter((target) => verdict(target) === 'MISSED').length;
    } catch (error) {
      // The others are measured all the same.
      tell(`${name} could not be measured: ${error instanceof Error ? error.stack : error}`);
      missed += 1;
    }
  }
  return missed === 0 ? 0 : 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.exitCode = await main(process.argv.slice(2));
}
