import { RolloutStopped } from './stopped.ts';

/** Whether somebody sits there who can answer. */
const attended = () => process.stdin.isTTY === true && process.stdout.isTTY === true;

/**
 * Asks for yes or no.
 *
 * @param flag - what says yes beforehand, in pipelines
 * @throws {RolloutStopped} `confirmation-needed` where nobody can be asked
 */
export async function agreed(question: string, flag: string, json: boolean): Promise<boolean> {
  if (json || !attended()) {
    const text = `${question} Nobody is here to answer: add ${flag} to say yes.`;
    throw new RolloutStopped('confirmation-needed', text);
  }
  const { confirm } = await import('@inquirer/prompts');
  return confirm({ message: question, default: false });
}

/**
 * Has a name typed, for what cannot be taken back.
 *
 * @param given - what the option `flag` says already
 * @throws {RolloutStopped} `name-not-confirmed` when it is another, or nobody can be asked
 */
export async function requireName(
  name: string,
  { given, flag, question }: { given: string | undefined; flag: string; question: string },
): Promise<void> {
  const typed = given ?? (attended() ? await askFor(question) : undefined);
  if (typed === name) return;
  const said = typed === undefined ? 'Nobody is here to type it' : `"${typed}" is another name`;
  const text = `${said}: nothing was done. To go on, type the region's name, or add ${flag} ${name}.`;
  throw new RolloutStopped('name-not-confirmed', text);
}

async function askFor(message: string): Promise<string> {
  const { input } = await import('@inquirer/prompts');
  return input({ message });
}
