import { readFileSync } from 'node:fs';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { costMarkdown, estimateCost } from '../../bin/cost.ts';
import { assumed } from '../../bin/cost-load.ts';
import { readPrices } from '../../bin/cost-prices.ts';
import { inEnglish } from '../../bin/in-english.ts';
import { loadRegion } from '../../regions/load.ts';

const page = readFileSync('docs/cost.md', 'utf8');

/** The samples, each with the number of learners where quotas do not say it. */
const samples = [
  { file: 'regions/taebaek.yaml' },
  { file: 'regions/north-chungcheong.yaml' },
  { file: 'regions/seoul.yaml', learners: 35_000 },
  { file: 'regions/seoul.yaml', learners: 110_000 },
];

/** Of one day, so that the page does not change with the calendar. */
const day = Temporal.PlainDate.from('2026-12-01');

function samplesPage(): string {
  const sections = samples.map(({ file, learners }) => {
    const region = loadRegion(file);
    const estimate = estimateCost(region, { day, learners });
    const many = estimate.learners.toLocaleString('en');
    return `## ${inEnglish(region.name)}, ${many} learners\n\n${costMarkdown(estimate)}`;
  });
  const head = `# What the samples cost

Of a month, in US dollars at the list prices of ${readPrices().asOf}; [what a region costs](cost.md) explains them. Written
by \`npx vitest run tests/docs/cost.test.ts -u\`.`;
  return `${[head, ...sections].join('\n\n')}\n`;
}

describe('docs/cost.md', () => {
  it('has its samples as the command estimates them', async () => {
    await expect(samplesPage()).toMatchFileSnapshot('../../docs/cost-samples.md');
  });

  it('has each assumption with its number', () => {
    const rows = page.matchAll(/^\| `(\w+)` \| ([\d.]+) \|/gm);
    expect(Object.fromEntries([...rows].map(([, name, number]) => [name, Number(number)]))).toEqual(
      assumed,
    );
  });

  it('states the switches by the prices of the file', () => {
    const { everywhere } = readPrices();
    const { cognitoLite, cognitoEssentials, cognitoPlus, key, webAcl, webRule } = everywhere;
    expect(page).toContain(
      `$${cognitoEssentials[1]?.each} instead of $${cognitoLite[1]?.each} each`,
    );
    expect(page).toContain(`$${cognitoPlus[0]?.each} for each active learner`);
    expect(page).toContain(`$${key} a key`);
    expect(page).toContain(`$${webAcl + 4 * webRule} for the web ACL`);
  });
});
