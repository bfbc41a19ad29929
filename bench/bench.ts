import { pathToFileURL } from 'node:url';
import { matching } from './matching.ts';

/** What can be measured, by name. */
const benches: Readonly<Record<string, (asJson: boolean) => Promise<void>>> = { matching };

/** Runs the bench that the command line names; what it says goes to the standard output. */
async function main(words: readonly string[]): Promise<number> {
  const [name = '', ...others] = words.filter((word) => word !== '--json');
  const bench = benches[name];
  if (bench === undefined || others.length > 0) {
    const names = Object.keys(benches).join(', ');
    process.stderr.write(
      `There is no bench "${words.join(' ')}". Write npm run bench -- <name>, with --json for machines. There are: ${names}\n`,
    );
    return 1;
  }
  await bench(words.includes('--json'));
  return 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.exitCode = await main(process.argv.slice(2));
}
