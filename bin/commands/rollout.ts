import { type Command, InvalidArgumentError } from 'commander';
import type { RolloutOptions } from '../rollout/options.ts';
import { examples, list, port, url } from './words.ts';

/** Declares `ladder rollout`. */
export function addRollout(ladder: Command): void {
  ladder
    .command('rollout')
    .description('deploy a region, fill it, try it: run again, it goes on where it stopped')
    .argument('<region-file>', 'such as regions/taebaek.yaml')
    .option('-y, --yes', 'ask nothing')
    .option('--json', 'one JSON object a line, for pipelines')
    .option('--local', 'into a region on this machine; needs no AWS account')
    .option('--data <directory>', 'with --local: keep everything there')
    .option('--keep', 'with --local: leave it running until Ctrl-C')
    .option('--port <number>', 'with --local: port of the API; without it a free one', port)
    .option('--endpoint <url>', 'an AWS-compatible endpoint in the place of AWS', url)
    .option('--profile <name>', 'profile of the AWS configuration')
    .option('--secrets <file>', 'YAML file with what registry, scanner and providers have issued')
    .option('--overwrite-secrets', 'put the values of --secrets also where there are some already')
    .option('--bootstrap', 'prepare the account for the CDK, or renew that')
    .option('--may-replace <ids>', 'what may be replaced and, as you know, is not', list)
    .option('--may-leave <ids>', 'what holds data and the region shall do without', list)
    .option('--trial', 'take a sandboxed Amazon SES and small quotas as they are')
    .option('--wait <minutes>', 'how long to wait for what an earlier run began', minutes, 60)
    .addHelpText(
      'after',
      examples(
        'npm run rollout -- regions/taebaek.yaml',
        'npm run rollout -- regions/taebaek.yaml --profile taebaek --secrets taebaek.secrets.yaml',
        'npm run rollout -- regions/taebaek.yaml --local',
      ),
    )
    .action(async (file: string, options: RolloutOptions) => {
      const { rollout } = await import('../rollout/rollout.ts');
      await rollout(file, options);
    });
}

function minutes(text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('write a number of minutes, such as 60');
}
