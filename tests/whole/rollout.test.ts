import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { done } from '../bin/told.ts';
import { type RolledOut, rolledOut } from './rolled-out.ts';

// Two cores that others use as well: what takes half a minute may take some.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let region: RolledOut;
beforeAll(async () => {
  region = await rolledOut('regions/taebaek.yaml');
});
afterAll(() => region.end());

// What becomes of it later, its destruction included, is in tests/soak/rollout.test.ts.
describe('when a region is rolled out on this machine, by one command', () => {
  it('then every step is done, in order', () => {
    const steps = region.lines.filter(({ state }) => state === 'done').map(({ step }) => step);
    const before = ['validate', 'start', 'preflight', 'synthesize', 'diff', 'confirm'];
    expect(steps).toEqual([
      ...before,
      ...['deploy', 'seed', 'invite', 'migrate', 'smoke', 'summary'],
    ]);
  });

  it('edge case 49: then the first administrator has been invited, and nobody else', () => {
    const invited = { administrator: 'FORCE_CHANGE_PASSWORD' };
    expect(done(region.lines, 'invite')).toMatchObject(invited);
  });

  it('then its neighbours answer: no secret waits for a value', () => {
    expect(done(region.lines, 'seed')).toMatchObject({ missing: [] });
  });

  it('edge case 47: then a second rollout changes nothing, and tries it again', async () => {
    const { code, lines: again, stderr } = await region.ask('rollout', '--yes');
    expect(code, stderr).toBe(0);
    expect(done(again, 'diff')).toMatchObject({ text: 'no change', resources: [] });
    expect(done(again, 'deploy')).toMatchObject({ text: 'no change', changed: false });
    expect(done(again, 'smoke')).toBeDefined();
    expect(done(again, 'confirm')).toBeUndefined();
  });
});
