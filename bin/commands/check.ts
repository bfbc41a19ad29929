import { type Command, InvalidArgumentError } from 'commander';
import type { CheckOptions } from '../check.ts';
import { examples } from './words.ts';

/** Declares `ladder check`. */
export function addCheck(ladder: Command): void {
  ladder
    .command('check')
    .description('name every mistake of a region file at once, or explain it and what it costs')
    .argument('<region-file>', 'such as regions/taebaek.yaml')
    .option('--learners <number>', 'estimate the cost for so many learners', learners)
    .option('--json', 'one JSON object a line, for pipelines')
    .option('--markdown', 'cost and samples as Markdown, for a comment on a change')
    .addHelpText(
      'after',
      examples(
        'npx ladder check regions/taebaek.yaml',
        'npx ladder check regions/seoul.yaml --learners 110000',
      ),
    )
    .action(async (file: string, options: CheckOptions) => {
      const { check } = await import('../check.ts');
      process.exitCode = check(file, options);
    });
}

/** A number of learners, for an option. */
function learners(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('write a whole number from 1, such as 500');
}
