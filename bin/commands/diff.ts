import type { Command } from 'commander';
import type { DiffOptions } from '../rollout/diff.ts';
import { examples, url } from './words.ts';

/** Declares `ladder diff`. */
export function addDiff(ladder: Command): void {
  ladder
    .command('diff')
    .description('what a rollout would change, and what the region then costs')
    .argument('<region-file>', 'such as regions/taebaek.yaml')
    .option('--fail', 'end with 1 when there are differences')
    .option('--json', 'one JSON object a line, for pipelines')
    .option('--endpoint <url>', 'an AWS-compatible endpoint in the place of AWS', url)
    .option('--profile <name>', 'profile of the AWS configuration')
    .addHelpText('after', examples('npx ladder diff regions/taebaek.yaml --profile taebaek'))
    .action(async (file: string, options: DiffOptions) => {
      const { diff } = await import('../rollout/diff.ts');
      await diff(file, options);
    });
}
