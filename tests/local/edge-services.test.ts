import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EchoEdge } from './echo-edge.ts';

let world: EchoEdge;
beforeEach(() => {
  world = new EchoEdge();
});
afterEach(() => world.edge.close());

describe('an emulated service', () => {
  beforeEach(() => world.open());

  it('is found by X-Amz-Target and gets path and body', async () => {
    const { status, headers, json } = await world.ask('/_aws', {
      headers: { 'x-amz-target': 'Echo_20260101.Say' },
      body: 'hi',
    });
    expect(status).toBe(200);
    expect(headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
    expect(json).toEqual({ operation: 'Say', path: '/', said: 'hi' });
  });

  it('answers without target by path', async () => {
    expect((await world.ask('/_aws/keys.json')).json).toEqual({ keys: [] });
  });

  it('has its refusals told in the AWS JSON form', async () => {
    const { status, headers, json } = await world.call('Refuse');
    expect(status).toBe(400);
    expect(headers['x-amzn-errortype']).toBe('NoSuchThing');
    expect(json).toEqual({ __type: 'NoSuchThing', message: 'there is no such thing' });
    expect(world.reports).toEqual([]);
  });

  it('has its own faults reported and told as a 500 without details', async () => {
    const { status, json } = await world.call('Break');
    expect(status).toBe(500);
    expect(json).toMatchObject({ __type: 'InternalFailure' });
    expect(JSON.stringify(json)).not.toContain('a fault of ours');
    expect(world.reports.join()).toContain('Echo_20260101.Break: Error: a fault of ours');
  });

  it.each([
    ['Nobody_1.Do', /no service for X-Amz-Target "Nobody_1\.Do"; it emulates Echo_20260101/],
    [undefined, /nothing at POST \/_aws\/ without X-Amz-Target/],
  ])('that is not there is named: %s', async (target, message) => {
    const headers: Record<string, string> = target === undefined ? {} : { 'x-amz-target': target };
    const { status, json } = await world.ask('/_aws/', { headers, body: '{}' });
    expect(status).toBe(404);
    expect(json).toMatchObject({ __type: 'UnknownOperationException' });
    expect(json).toMatchObject({ message: expect.stringMatching(message) });
  });

  it('never sees a body over 16 MiB', async () => {
    const { status } = await world.ask('/_aws/', {
      headers: { 'x-amz-target': 'Echo_20260101.Say' },
      body: Buffer.alloc(16 * 1024 * 1024 + 1),
    });
    expect(status).toBe(413);
    expect(world.echo.answered).toEqual([]);
  });
});

describe('a fault before a service', () => {
  beforeEach(() => world.open());
  const rule = { target: 'Echo_20260101', operation: 'Say', seed: 1 };

  it('answers in its place, so many times', async () => {
    const body = { __type: 'TransactionConflictException', message: 'busy' };
    world.faults.add({ ...rule, times: 2, effect: { kind: 'error', status: 400, body } });
    const answers = [await world.call('Say'), await world.call('Say'), await world.call('Say')];
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 200]);
    expect(answers[0]?.json).toEqual(body);
    expect(world.echo.answered).toEqual(['Say']);
  });

  it('loses the answer to what was done', async () => {
    world.faults.add({ ...rule, times: 1, effect: { kind: 'lose-answer' } });
    await expect(world.call('Say')).rejects.toThrow(/socket hang up/);
    expect(world.echo.answered).toEqual(['Say']);
    expect((await world.call('Say')).status).toBe(200);
  });

  it('loses also the answer to what was refused', async () => {
    world.faults.add({ ...rule, operation: 'Refuse', effect: { kind: 'lose-answer' } });
    await expect(world.call('Refuse')).rejects.toThrow(/socket hang up/);
    expect(world.reports).toEqual([]);
  });

  it('delays what is done then', async () => {
    world.faults.add({ ...rule, effect: { kind: 'delay', ms: 60 } });
    const before = performance.now();
    expect((await world.call('Say')).status).toBe(200);
    expect(performance.now() - before).toBeGreaterThan(55);
  });
});

describe('closing', () => {
  beforeEach(() => world.open());

  it('does not wait for requests that are held or delayed, nor for idle connections', async () => {
    const idle = connect(Number(new URL(await world.base).port), '127.0.0.1');
    await once(idle, 'connect');
    world.faults.add({
      target: world.echo.target,
      operation: 'Say',
      seed: 1,
      effect: { kind: 'delay', ms: 400 },
    });
    const held = [world.call('Hold'), world.call('Say')].map((asked) =>
      asked.catch((error: Error) => error),
    );
    await expect.poll(() => world.echo.answered).toEqual(['Hold']);
    const before = performance.now();
    await world.edge.close();
    expect(performance.now() - before).toBeLessThan(300);
    for (const answer of await Promise.all(held)) expect(answer).toBeInstanceOf(Error);
    idle.destroy();
    // What was delayed is not done behind the region's back, either.
    await sleep(300);
    expect(world.echo.answered).toEqual(['Hold']);
  });
});
