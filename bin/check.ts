import { styleText } from 'node:util';
import { Temporal } from 'temporal-polyfill';
import { type Fault, InvalidRegionFile, loadRegion } from '../regions/load.ts';
import type { Region } from '../regions/schema.ts';
import { explainRegion } from './check-explanation.ts';
import { type CostEstimate, costInWords, costMarkdown, costTable, estimateCost } from './cost.ts';
import { samplesIn } from './samples.ts';

export interface CheckOptions {
  /** One JSON object a line. */
  readonly json?: true;
  /** Only what it costs, as Markdown: for a comment on a change. */
  readonly markdown?: true;
  /** How many take part; absent: as many as the quotas admit. */
  readonly learners?: number;
}

/** The exit code of wrong use, and of a region file with mistakes. */
const invalid = 2;

/**
 * `ladder check`: every mistake of a region file at once, each with its place and what to do (edge case 46); or, where
 * there is none, what the file says in plain words, what is still a sample, and what it costs. Reads files, and asks
 * nobody.
 *
 * @returns the exit code: 0, or 2 with mistakes
 */
export function check(file: string, options: CheckOptions): number {
  let region: Region;
  try {
    region = loadRegion(file);
  } catch (error) {
    if (!(error instanceof InvalidRegionFile)) throw error;
    tellMistakes(error, options);
    return invalid;
  }
  const estimate = estimateCost(region, { learners: options.learners });
  if (options.json) console.log(JSON.stringify(inJson(region, estimate)));
  else if (options.markdown) console.log(inMarkdown(region, estimate));
  else tellPeople(region, file, estimate);
  return 0;
}

function tellMistakes(error: InvalidRegionFile, { json }: CheckOptions): void {
  const { faults, code } = error;
  if (json) for (const fault of faults) console.log(JSON.stringify(failed(code, fault)));
  else {
    console.error(error.message);
    const mistakes = faults.length === 1 ? 'One mistake' : `${faults.length} mistakes`;
    console.error(`\n${mistakes}. Nothing was asked of AWS.`);
  }
}

function failed(code: string, fault: Fault) {
  return { step: 'check', state: 'failed', code, ...fault };
}

function inJson(region: Region, estimate: CostEstimate) {
  const { id, deployment } = region;
  const { awsRegion } = deployment;
  return {
    step: 'check',
    state: 'done',
    region: id,
    awsRegion,
    samples: samplesIn(region),
    cost: estimate,
  };
}

function inMarkdown(region: Region, estimate: CostEstimate): string {
  const samples = samplesIn(region);
  const list = samples.map((sample) => `- \`${sample}\``).join('\n');
  return [
    `### ${region.id}: ${costInWords(estimate)}`,
    '',
    costMarkdown(estimate),
    ...(samples.length === 0 ? [] : ['', 'Still a sample:', '', list]),
  ].join('\n');
}

function tellPeople(region: Region, file: string, estimate: CostEstimate): void {
  const headed = (heading: string, body: string) => `${styleText('bold', heading)}\n\n${body}\n`;
  const parts = explainRegion(region, Temporal.Now.instant());
  for (const { heading, body } of parts) console.log(headed(heading, indented(body)));
  const samples = samplesIn(region);
  const none = 'Nothing looks like a sample.';
  console.log(headed('Still a sample', indented(samples.join('\n') || none)));
  console.log(headed('Cost in a month, estimated (docs/cost.md)', indented(costTable(estimate))));
  console.log(indented(`${costInWords(estimate)} (${estimate.learnersFrom})`));
  console.log(`\n${file} is in order. Next: npm run rollout -- ${file}`);
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ');
}
