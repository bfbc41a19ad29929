import type { Command } from 'commander';
import type { DestroyOptions } from '../rollout/destroy.ts';
import { examples, url } from './words.ts';

/** Declares `ladder destroy`. */
export function addDestroy(ladder: Command): void {
  ladder
    .command('destroy')
    .description("delete a region's stack; people's data is kept unless asked for twice")
    .argument('<region-file>', 'such as regions/taebaek.yaml')
    .option('--name <region>', "the region's name, in the place of typing it")
    .option('--and-data', "delete tables, pools and papers, too, for good: people's data")
    .option('--name-again <region>', 'with --and-data: the name a second time')
    .option('--json', 'one JSON object a line, for pipelines')
    .option('--endpoint <url>', 'an AWS-compatible endpoint in the place of AWS', url)
    .option('--profile <name>', 'profile of the AWS configuration')
    .addHelpText('after', examples('npx ladder destroy regions/taebaek.yaml --profile taebaek'))
    .action(async (file: string, options: DestroyOptions) => {
      const { destroy } = await import('../rollout/destroy.ts');
      await destroy(file, options);
    });
}
