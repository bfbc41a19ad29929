import type { Command } from 'commander';
import { examples } from './words.ts';

/** Declares `ladder synth`. */
export function addSynth(ladder: Command): void {
  ladder
    .command('synth')
    .description('write the deployable cloud assembly of a region; needs no AWS account')
    .argument('<region-file>', 'such as regions/taebaek.yaml')
    .option('--output <directory>', 'where the assembly goes', 'cdk.out')
    .addHelpText('after', examples('npm run synth -- regions/taebaek.yaml'))
    .action(async (regionFile: string, options: { output: string }) => {
      const { synth } = await import('../synth.ts');
      await synth(regionFile, options.output);
    });
}
