import { type Command, Option } from 'commander';
import type { RestoreOptions } from '../restore/restore.ts';
import { examples, url } from './words.ts';

/** Declares `ladder restore`. */
export function addRestore(ladder: Command): void {
  ladder
    .command('restore')
    .description('roll out a new copy of a region, fill it with an export, and open it')
    .argument('<region-file>', 'of the new copy')
    .requiredOption('--from <address>', 's3://<bucket>/<prefix> of the export')
    .option('--bucket-owner <account>', 'account of that bucket, where it is another')
    .option(
      '--ledger <address>',
      's3://<bucket>: a ledger of deletions in the place of the one that the export names',
    )
    .addOption(
      new Option(
        '--ledger-of-export',
        'the ledger is lost: apply only the deletions that the export has of it',
      ).conflicts('ledger'),
    )
    .option('-y, --yes', 'ask nothing')
    .option('--json', 'one JSON object a line, for pipelines')
    .option('--endpoint <url>', 'an AWS-compatible endpoint in the place of AWS', url)
    .option('--profile <name>', 'profile of the AWS configuration')
    .option('--secrets <file>', 'YAML file with what registry, scanner and providers have issued')
    .option('--bootstrap', 'prepare the account for the CDK where it is not')
    .option('--trial', 'take a sandboxed Amazon SES and small quotas as they are')
    .addHelpText(
      'after',
      examples(
        'npx ladder restore regions/taebaek.yaml --from s3://taebaek-archive/from-seoul --profile taebaek',
      ),
    )
    .action(async (file: string, options: Omit<RestoreOptions, 'wait'>) => {
      const { restore } = await import('../restore/restore.ts');
      await restore(file, { ...options, wait: minutesToWait });
    });
}

/** Minutes to wait for what an earlier run has begun, as a rollout does. */
const minutesToWait = 60;
