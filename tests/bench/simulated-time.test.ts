import { expect, it } from 'vitest';
import { SimulatedTime } from '../../bench/opening/simulated-time.ts';

it('given an hour of waiting, then it is over at once, and everybody was woken in order', async () => {
  const time = new SimulatedTime(1_000);
  const woken: [string, number][] = [];
  const sleep = async (name: string, ms: number) => {
    await time.wait(ms);
    woken.push([name, time.now]);
  };
  const begun = performance.now();
  await time.until(
    Promise.all([
      sleep('late', 3_600_000),
      sleep('soon', 5),
      sleep('soon too', 5),
      sleep('mid', 40),
    ]),
  );
  expect(performance.now() - begun).toBeLessThan(2_000);
  expect(woken).toEqual([
    ['soon', 1_005],
    ['soon too', 1_005],
    ['mid', 1_040],
    ['late', 3_601_000],
  ]);
});

it('given thousands who wait, then they come in the order of their moments', async () => {
  const time = new SimulatedTime(0);
  const moments = Array.from({ length: 3_000 }, (_, index) => (index * 7_919) % 3_001);
  const seen: number[] = [];
  await time.until(
    Promise.all(moments.map((at) => time.reach(at).then(() => seen.push(time.now)))),
  );
  expect(seen).toEqual(moments.toSorted((a, b) => a - b));
});

it('given work outside, then the clock stands still until it is done', async () => {
  const time = new SimulatedTime(0);
  const order: string[] = [];
  const outside = time.outside(async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    order.push(`outside at ${time.now}`);
  });
  const inside = time.wait(5).then(() => order.push(`inside at ${time.now}`));
  await time.until(Promise.all([outside, inside]));
  expect(order).toEqual(['outside at 0', 'inside at 5']);
});

it('given somebody who waits for nothing in it, then it says so', async () => {
  const time = new SimulatedTime(0);
  await expect(time.until(new Promise(() => {}))).rejects.toThrow(/stands still/);
});
