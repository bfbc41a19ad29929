import type { Command } from 'commander';
import type { LookOptions } from '../rollout/look.ts';
import { examples, url } from './words.ts';

/** Declares `ladder status`. */
export function addStatus(ladder: Command): void {
  ladder
    .command('status')
    .description(
      "a deployed region's stack, addresses, migrations, alarms that ring, empty secrets",
    )
    .argument('<region-file>', 'such as regions/taebaek.yaml')
    .option('--json', 'one JSON object a line, for pipelines')
    .option('--endpoint <url>', 'an AWS-compatible endpoint in the place of AWS', url)
    .option('--profile <name>', 'profile of the AWS configuration')
    .addHelpText('after', examples('npx ladder status regions/taebaek.yaml --profile taebaek'))
    .action(async (file: string, options: LookOptions) => {
      const { status } = await import('../rollout/status.ts');
      await status(file, options);
    });
}
