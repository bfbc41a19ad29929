import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { abreast } from '../../bin/export/abreast.ts';

/** A list whose next entry is long in coming, as one that is read from S3. */
async function* slowly(...all: readonly number[]) {
  for (const one of all) {
    yield one;
    await sleep(5);
  }
}

describe('work on many, so many at a time', () => {
  it('given one that fails while the next is waited for: fails, too', async () => {
    const work = async () => {
      throw new Error('lost');
    };
    await expect(abreast(4, slowly(1), work)).rejects.toThrow('lost');
  });

  it('given one that fails: those under way come to their end, and no more are begun', async () => {
    const ended: number[] = [];
    const work = async (one: number) => {
      if (one === 2) throw new Error('lost');
      await sleep(20);
      ended.push(one);
    };
    await expect(abreast(2, [1, 2, 3, 4], work)).rejects.toThrow('lost');
    expect(ended).toEqual([1]);
  });

  it('never has more under way than it may', async () => {
    let under = 0;
    let most = 0;
    const work = async () => {
      under += 1;
      most = Math.max(most, under);
      await sleep(1);
      under -= 1;
    };
    await abreast(3, [1, 2, 3, 4, 5, 6, 7], work);
    expect(most).toBe(3);
  });
});
