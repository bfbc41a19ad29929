import { type Command, InvalidArgumentError } from 'commander';
import type { ExportCommand } from '../export/command.ts';
import { examples, list, url } from './words.ts';

/** Declares `ladder export`. */
export function addExport(ladder: Command): void {
  ladder
    .command('export')
    .description('write all that a region knows, as it was at one moment, into a bucket of yours')
    .argument('<region-file>', 'of the region that is exported')
    .requiredOption('--to <address>', 's3://<bucket>/<prefix>: encrypted, never public')
    .option(
      '--partner <id>',
      'only what is of a hosted partner: whom it takes along into its own copy',
    )
    .option('--areas <ids>', 'with --partner: its areas, where the region file does not say', list)
    .option(
      '--via <address>',
      'with --partner: a place of your own for the export that it is taken from',
    )
    .option(
      '--at <moment>',
      'the moment, such as 2026-11-22T09:00:00Z; without it the latest there is',
      moment,
    )
    .option('--bucket-owner <account>', 'account of the bucket of --to, where it is another')
    .option('-y, --yes', 'take an export that --via holds already, of whatever moment it is')
    .option('--json', 'one JSON object a line, for pipelines')
    .option('--endpoint <url>', 'an AWS-compatible endpoint in the place of AWS', url)
    .option('--profile <name>', 'profile of the AWS configuration')
    .addHelpText(
      'after',
      examples(
        'npx ladder export regions/seoul.yaml --to s3://city-archive/seoul/2026-11-22',
        'npx ladder export regions/seoul.yaml --partner taebaek --via s3://city-archive/moving --to s3://taebaek-archive/from-seoul',
      ),
    )
    .action(async (file: string, options: ExportCommand) => {
      const { runExport } = await import('../export/command.ts');
      await runExport(file, options);
    });
}

function moment(text: string): Date {
  const read = new Date(text);
  if (/^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(read.getTime()))
    return read;
  throw new InvalidArgumentError('write a moment with its zone, such as 2026-11-22T09:00:00Z');
}
