/** What is deployed is of a newer release than this checkout; nothing was changed. */
export class DeployedIsNewer extends Error {
  override readonly name = 'DeployedIsNewer';
  readonly code = 'deployed-is-newer';
  readonly exitCode = 3;
}

/** The releases on both sides of an upgrade, and how many migrations of data are new in the second. */
export interface Step {
  readonly from: string;
  readonly to: string;
  readonly migrations: number;
}

/**
 * The way from one release to another.
 *
 * @param from - the output `Version` of the stack; release 0.1.0 had none
 * @throws {DeployedIsNewer}
 */
export function stepBetween(from = '0.1.0', to: string): Step {
  const [before, after] = [numbersOf(from), numbersOf(to)];
  const differing = before.findIndex((number, place) => number !== after[place]);
  const isBack = differing >= 0 && (before[differing] ?? 0) > (after[differing] ?? 0);
  const migrations = (after.at(-1) ?? 0) - (before.at(-1) ?? 0);
  if (!isBack && migrations >= 0) return { from, to, migrations };
  throw new DeployedIsNewer(
    `Release ${from} runs there, and this is ${to}: going back would run code on rows that it does not know. Nothing was changed. Check the newer release out ("git checkout", then "npm ci"), or restore an export into a copy of this release.`,
  );
}

/** The numbers of a version, `1.2.3+data.4`: release and level of data. */
function numbersOf(version: string): readonly number[] {
  const [, ...numbers] = /^(\d+)\.(\d+)\.(\d+)(?:\+data\.(\d+))?$/.exec(version) ?? [];
  if (numbers.length > 0) return numbers.map((number = '0') => Number(number));
  throw new Error(`"${version}" is no version of a release, such as 1.2.3+data.4`);
}
