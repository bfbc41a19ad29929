import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { slotsFor } from '../../functions/provisioning/slots.worker.ts';

describe('given room for two at once', () => {
  it('then never more are under way, all are done, and in the order in which they came', async () => {
    const inSlot = slotsFor(2);
    const begun: number[] = [];
    let underWay = 0;
    let most = 0;
    const work = (one: number) => async () => {
      begun.push(one);
      underWay += 1;
      most = Math.max(most, underWay);
      await sleep(one % 3);
      underWay -= 1;
      return one;
    };
    const all = Array.from({ length: 12 }, (_, one) => one);
    const first = all.slice(0, 8).map((one) => inSlot(work(one)));
    await first[0];
    const rest = all.slice(8).map((one) => inSlot(work(one)));
    expect(await Promise.all([...first, ...rest])).toEqual(all);
    expect(most).toBe(2);
    expect(begun).toEqual(all);
  });

  it('then whoever fails leaves their room to the next', async () => {
    const inSlot = slotsFor(1);
    const failing = inSlot(() => Promise.reject(new Error('no answer')));
    const next = inSlot(async () => 'done');
    await expect(failing).rejects.toThrow('no answer');
    expect(await next).toBe('done');
  });
});
