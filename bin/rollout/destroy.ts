import { synthesizeOnce } from '../assembly-cache.ts';
import { asking } from './asking.ts';
import { dropCarried } from './carry-over.ts';
import { requireName } from './consent.ts';
import { deleteStack } from './delete-stack.ts';
import { deleteKept, type Kept, keptBy } from './kept-data.ts';
import { type Looked, type LookOptions, lookAt } from './look.ts';
import { type Out, type Progress, tellerFor } from './teller.ts';

export interface DestroyOptions extends LookOptions {
  /** The region's name, typed beforehand. */
  readonly name?: string;
  /** Deletes people's data, too. */
  readonly andData?: true;
  /** The region's name a second time, for the data. */
  readonly nameAgain?: string;
}

/**
 * `ladder destroy`: deletes a region's stack. What holds people's data is kept (edge case 47), unless that is asked for
 * with the region's name typed a second time.
 *
 * @throws {RolloutStopped} `name-not-confirmed` before anything is changed, `deletion-failed`
 */
export async function destroy(file: string, options: DestroyOptions, out?: Out): Promise<void> {
  const teller = tellerFor(options.json === true, out);
  const looked = await lookAt(file, options, teller);
  const { target, clients, stack } = looked;
  const { region, stackName } = target;
  const kept = await teller.step('confirm', async () => {
    const data = await asking('listing what holds data', () =>
      keptBy(clients.cloudFormation, stackName, stack),
    );
    await consent(region.id, stackName, data, options);
    return { result: data, text: region.id, lines: listed(data), facts: { data } };
  });
  await teller.step('destroy', async (progress) => {
    if (stack !== undefined) {
      // Nothing of it goes to AWS: the kept one does.
      const assembly = await synthesizeOnce(file);
      const deleting = deleteStack(looked, assembly.directory, progress);
      await deleting.finally(assembly.free);
    }
    // Of an upgrade that never came to its end: no stack has it.
    await asking('deleting what an upgrade has left', () => dropCarried(clients.secrets, region));
    const fate = options.andData ? 'deleted' : 'kept';
    if (options.andData) await deleteAll(looked, kept, progress);
    const was = stack === undefined ? `there was no stack ${stackName}` : `${stackName} is gone`;
    const text = `${was}; ${kept.length} stores of data ${fate}`;
    return { result: undefined, text, lines: lastWords(kept, options.andData === true) };
  });
}

/** What is left behind, and how it is taken back. */
export function lastWords(data: readonly Kept[], isDeleted: boolean): readonly string[] {
  if (isDeleted || data.length === 0) return [];
  return [
    ...data.map(({ type, id }) => `kept: ${type} ${id}`),
    'A rollout of the same file does not take them over, and begins empty. How they are taken back: docs/operator-guide.md, "Taking a region down".',
    'To delete them for good: the same command with --and-data, within 90 days.',
  ];
}

async function consent(
  name: string,
  stackName: string,
  data: readonly Kept[],
  { name: given, andData, nameAgain }: DestroyOptions,
): Promise<void> {
  const question = `This deletes ${stackName}: nobody can sign in any more. Type the region's name (${name}):`;
  await requireName(name, { given, flag: '--name', question });
  if (!andData) return;
  const again = `This deletes ${data.length} stores of people's data for good, with their backups. Type the name again:`;
  await requireName(name, { given: nameAgain, flag: '--name-again', question: again });
}

async function deleteAll(
  { clients }: Looked,
  kept: readonly Kept[],
  progress: Progress,
): Promise<void> {
  for (const [index, one] of kept.entries()) {
    progress(`data ${index + 1} of ${kept.length}: ${one.type} ${one.id}`, { ...one });
    await asking(`deleting ${one.id}`, () => deleteKept(clients, one));
  }
}

function listed(data: readonly Kept[]): readonly string[] {
  return data.map(({ type, id }) => `holds data: ${type} ${id}`);
}
