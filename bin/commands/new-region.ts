import type { Command } from 'commander';
import type { NewRegionOptions } from '../new-region-answers.ts';
import { examples } from './words.ts';

/** Declares `ladder new-region`. */
export function addNewRegion(ladder: Command): void {
  ladder
    .command('new-region')
    .description('ask what a new region is, and write its commented file')
    .option('--id <id>', 'short name for machines, such as north-shore; never changed again')
    .option('--name <name...>', 'name of the region, by language: ko=강변 en=Riverside')
    .option('--language <code...>', 'languages, the default first: ko en')
    .option('--time-zone <zone>', 'such as Asia/Seoul')
    .option('--aws-region <region>', 'where all data stays, such as ap-northeast-2')
    .option('--areas <areas>', 'ids, perhaps with names: riverside=Riverside,hillside')
    .option('--quota <number>', 'how many may take part in each area, or "unlimited"')
    .option('--from <file>', 'region file that the new one is made from', 'regions/taebaek.yaml')
    .option('--output <file>', 'where it goes; beside the file that it is made from if left out')
    .option('--yes', 'ask nothing: what is left out is as in the file that it is made from')
    .addHelpText(
      'after',
      examples(
        'npx ladder new-region',
        'npx ladder new-region --id north-shore --name ko=북해안 en="North Shore" --areas east,west --yes',
      ),
    )
    .action(async (options: NewRegionOptions) => {
      const { newRegion } = await import('../new-region.ts');
      const { stdin: input, stdout: output } = process;
      await newRegion(options, { input, output, interactive: input.isTTY === true });
    });
}
