import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const towns = { jangseong: '장성동', hwangji: '황지동', cheoram: '철암동', tongni: '통동' };

/**
 * Has something done with a region file: Taebaek, and towns beside it in which something is scarce. One file for all
 * tests, so that it is synthesized once.
 *
 * - In Taebaek the programme goes on after school, and ends on the day on which somebody turns 25.
 * - In Jangseong there are two places in the quota; each is offered for a day.
 * - In Hwangji there are two seats at the provider of the subject.
 * - In Cheoram and Tongni there are `quota` places each. The gate lets everybody in at once.
 */
export async function withTowns<Result>(
  run: (file: string) => Promise<Result>,
  quota = 50,
): Promise<Result> {
  const directory = mkdtempSync(join(tmpdir(), 'towns-'));
  try {
    const file = join(directory, 'taebaek.yaml');
    writeFileSync(file, written(quota));
    return await run(file);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function written(quota: number): string {
  const areas = Object.entries(towns).map(
    ([id, name]) => `  - { id: ${id}, name: { ko: ${name}, en: ${id} } }\n`,
  );
  const offer = /( +)- { stage: high, category: (\w+) }/g;
  const places = `areas: { jangseong: 2, cheoram: ${quota}, tongni: ${quota} }`;
  return readFileSync('regions/taebaek.yaml', 'utf8')
    .replace('whenTooOld: finish', 'whenTooOld: end')
    .replace('stages: [elementary, middle, high]', 'stages: [elementary, middle, high, lifelong]')
    .replaceAll(offer, '$&\n$1- { stage: lifelong, category: $2 }')
    .replace('requestsPerSecond: 100', 'requestsPerSecond: 10000')
    .replace('burst: 200', 'burst: 5000')
    .replace('offer: 7', 'offer: 1')
    .replace(/quota:\n +perArea: 500/, `$&\n      ${places}`)
    .replace(/seats:\n +perArea: 500/, '$&\n      areas: { hwangji: 2 }')
    .replace(/^areas:\n/m, `$&${areas.join('')}`);
}
