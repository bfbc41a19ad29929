import type { Command } from 'commander';
import type { UpgradeOptions } from '../upgrade.ts';
import { examples, list, url } from './words.ts';

/** Declares `ladder upgrade`. */
export function addUpgrade(ladder: Command): void {
  ladder
    .command('upgrade')
    .description('bring a deployed region to this release; keeps its data, and moves it along')
    .argument('<region-file>', 'such as regions/taebaek.yaml')
    .option('-y, --yes', 'ask nothing')
    .option('--json', 'one JSON object a line, for pipelines')
    .option('--endpoint <url>', 'an AWS-compatible endpoint in the place of AWS', url)
    .option('--profile <name>', 'profile of the AWS configuration')
    .option('--secrets <file>', 'YAML file with what registry, scanner and providers have issued')
    .option('--may-replace <ids>', 'what may be replaced and, as you know, is not', list)
    .option('--may-leave <ids>', 'what holds data and the region shall do without', list)
    .option('--trial', 'take a sandboxed Amazon SES and small quotas as they are')
    .addHelpText('after', examples('npx ladder upgrade regions/taebaek.yaml --profile taebaek'))
    .action(async (file: string, options: Omit<UpgradeOptions, 'wait'>) => {
      const { upgrade } = await import('../upgrade.ts');
      await upgrade(file, { ...options, wait: 60 });
    });
}
