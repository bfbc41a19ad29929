import { costInWords, estimateCost } from '../cost.ts';
import { assembled } from './assembly.ts';
import { describe, summarize } from './changes.ts';
import { compare } from './deploy.ts';
import { type LookOptions, lookAt } from './look.ts';
import { RolloutStopped } from './stopped.ts';
import { type Out, tellerFor } from './teller.ts';
import { toolkitFor } from './toolkit.ts';

export interface DiffOptions extends LookOptions {
  /** Ends with 1 when there are differences. */
  readonly fail?: true;
}

/**
 * `ladder diff`: what a rollout would change, and what the region then costs; changes nothing.
 *
 * @throws {RolloutStopped} `differences-found` with `fail`
 */
export async function diff(file: string, options: DiffOptions, out?: Out): Promise<void> {
  const teller = tellerFor(options.json === true, out);
  const { target } = await lookAt(file, options, teller);
  const assembly = await teller.step('synthesize', () => assembled(file, { kept: false }));
  try {
    const changes = await teller.step('diff', async () => {
      const found = await compare(toolkitFor(target), assembly.directory);
      const cost = estimateCost(target.region);
      const { resources, permissions, isEmpty } = found;
      const facts = { isEmpty, resources, permissions, monthlyCost: cost.total };
      const lines = [...describe(found), costInWords(cost)];
      return { result: found, text: summarize(found), lines, facts };
    });
    if (options.fail && !changes.isEmpty) {
      const text = `${target.stackName} is not what ${file} says (${summarize(changes)}). "npm run rollout -- ${file}" makes it so.`;
      throw new RolloutStopped('differences-found', text);
    }
  } finally {
    assembly.free();
  }
}
