import { afterAll, beforeAll } from 'vitest';
import { type OwnRegion, ownRegion } from '../whole/own-region.ts';
import { describeRush } from './rush.ts';
import { withTowns } from './towns.ts';

let region: OwnRegion;
beforeAll(async () => {
  region = await withTowns(ownRegion, 500);
});
afterAll(() => region.stop());

describeRush(600, 500, () => region);
