import type { Command } from 'commander';
import { examples, url } from './words.ts';

/** Declares `ladder demo`. */
export function addDemo(ladder: Command): void {
  ladder
    .command('demo')
    .description("play a high-school learner's journey against a running region")
    .option('--url <url>', 'where the region answers', url, 'http://127.0.0.1:4000')
    .option('--json', 'one JSON object a step, for pipelines')
    .addHelpText(
      'after',
      examples('npm run demo', 'npm run demo -- --url http://127.0.0.1:4100 --json'),
    )
    .action(async (options: { url: string; json?: true }) => {
      const { demo } = await import('../demo.ts');
      await demo(options);
    });
}
