import type { Command } from 'commander';
import type { StartOptions } from '../start.ts';
import { examples, port } from './words.ts';

/** Declares `ladder start`. */
export function addStart(ladder: Command): void {
  ladder
    .command('start')
    .description('run a whole region on this machine')
    .option('--region <file>', 'region file', 'regions/seoul.yaml')
    .option('--port <number>', 'port of the API, on 127.0.0.1; 0 takes a free one', port, 4000)
    .option(
      '--data <directory>',
      'keep tables, users and messages there; without it all is in memory',
    )
    .option(
      '--empty',
      'without a region in it: what an AWS account is to a rollout; deploy to <url>/_aws',
      false,
    )
    .addHelpText(
      'after',
      examples(
        'npm start',
        'npm start -- --region regions/taebaek.yaml --data .ladder/taebaek',
        'npm start -- --region regions/taebaek.yaml --empty',
      ),
    )
    .action(async (options: StartOptions) => {
      const { start } = await import('../start.ts');
      await start(options);
    });
}
