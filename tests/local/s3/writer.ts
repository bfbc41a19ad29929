import { stdout } from 'node:process';
import { openS3 } from './open-s3.ts';
import { bucketWithQueue } from './restart.ts';

// A process that writes without end and delivers no event, saying each key that was acknowledged, until the
// test that started it kills it.
const [, , data = ''] = process.argv;
const region = await openS3({ data });
await bucketWithQueue(region);

for (let number = 0; ; number += 1) {
  const key = `in/${number}`;
  await region.put(key, `paper ${number}`.repeat(200));
  if (!stdout.write(`${key}\n`)) await new Promise((resolve) => stdout.once('drain', resolve));
}
