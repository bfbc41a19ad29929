import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { assembleRegion, taebaek } from './template.ts';

it('edge case 47: the template has no letter that CloudFormation would give back as "?", so that the same compares equal', () => {
  const { directory } = assembleRegion(taebaek).synth();
  const text = readFileSync(join(directory, 'Region.template.json'), 'utf8');
  expect(text).toMatch(/^[\0-\x7f]+$/);
  expect(JSON.stringify(JSON.parse(text))).toContain('강원특별자치도 태백시 학습 서비스');
  // It is uploaded under the hash of what it is, and CloudFormation takes a million bytes.
  const hash = createHash('sha256').update(text).digest('hex');
  expect(readFileSync(join(directory, 'Region.assets.json'), 'utf8')).toContain(`${hash}.json`);
  expect(text.length).toBeLessThan(1_000_000);
});
