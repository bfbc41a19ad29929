import type { Command } from 'commander';
import type { LookOptions } from '../rollout/look.ts';
import { examples, url } from './words.ts';

/** Declares `ladder smoke`. */
export function addSmoke(ladder: Command): void {
  ladder
    .command('smoke')
    .description('let a synthetic learner go through a deployed region, and delete it again')
    .argument('<region-file>', 'such as regions/taebaek.yaml')
    .option('--json', 'one JSON object a line, for pipelines')
    .option('--endpoint <url>', 'an AWS-compatible endpoint in the place of AWS', url)
    .option('--profile <name>', 'profile of the AWS configuration')
    .addHelpText('after', examples('npx ladder smoke regions/taebaek.yaml --profile taebaek'))
    .action(async (file: string, options: LookOptions) => {
      const { smoke } = await import('../smoke-alone.ts');
      await smoke(file, options);
    });
}
