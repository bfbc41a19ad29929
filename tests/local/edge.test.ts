import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Edge, PortRefused } from '../../local/edge.ts';
import { EchoEdge } from './echo-edge.ts';

let world: EchoEdge;
beforeEach(() => {
  world = new EchoEdge();
});
afterEach(() => world.edge.close());

describe('before the region is open', () => {
  it.each(['/', '/me', '/_aws/', '/_local/mailbox'])('%s is told to come back', async (path) => {
    const { status, headers, json } = await world.ask(path);
    expect(status).toBe(503);
    expect(headers['retry-after']).toBe('1');
    expect(json).toMatchObject({ code: 'booting' });
  });

  it('says how far it is', async () => {
    expect((await world.ask('/_local/health')).json).toEqual({ status: 'booting' });
    world.open();
    expect((await world.ask('/_local/health')).json).toEqual({ status: 'ready' });
  });
});

describe('while the services are replaced', () => {
  beforeEach(() => {
    world.open();
    world.edge.hold(world.front(true));
  });

  it.each(['/', '/me', '/_local/clock'])('%s is told to come back', async (path) => {
    const { status, headers, json } = await world.ask(path);
    expect(status).toBe(503);
    expect(headers['retry-after']).toBe('1');
    expect(json).toMatchObject({ code: 'replacing' });
  });

  it('those services that stay answer, whoever asks for another is to ask again', async () => {
    expect((await world.call('Say')).status).toBe(200);
    const other = { headers: { 'x-amz-target': 'Other_20260101.Say' }, body: '{}' };
    const { status, json } = await world.ask('/_aws/', other);
    expect([status, json]).toMatchObject([503, { __type: 'ServiceUnavailable' }]);
  });

  it('ends when they are there', async () => {
    world.open();
    expect((await world.ask('/me')).json).toEqual({ from: 'api' });
  });
});

describe('one port', () => {
  beforeEach(() => world.open());

  it.each([
    ['/', 'api'],
    ['/me?x=1', 'api'],
    ['/_awsome', 'api'],
    ['/_localhost', 'api'],
    ['/_local', 'control'],
    ['/_local?x', 'control'],
    ['/_local/mailbox', 'control'],
  ])('leads %s to the %s', async (path, from) => {
    expect((await world.ask(path)).json).toEqual({ from });
  });

  it('listens on loopback only', async () => {
    expect(await world.base).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it('says which port is taken', async () => {
    const port = Number(new URL(await world.base).port);
    const listening = new Edge(() => undefined).listen(port);
    await expect(listening).rejects.toThrow(PortRefused);
    await expect(listening).rejects.toMatchObject({
      code: 'port-taken',
      message: `port ${port} is taken; stop what listens there, or choose another with --port`,
    });
  });

  it('answers 500 without details, and reports them, when something of ours breaks', async () => {
    const { status, json } = await world.ask('/breaks');
    expect(status).toBe(500);
    expect(JSON.stringify(json)).not.toContain('gateway broke');
    expect(world.reports.join()).toMatch(/GET \/breaks: Error: the gateway broke\n {4}at/);
  });
});

describe('a request that may come from elsewhere', () => {
  beforeEach(() => world.open());

  it.each([
    ['rebound.example', 403],
    ['127.0.0.1.rebound.example', 403],
    ['localhost.rebound.example:4000', 403],
    ['192.168.0.7', 403],
    ['somebody@127.0.0.1', 403],
    ['127.0.0.1:4000', 200],
    ['localhost:1', 200],
    ['[::1]:4000', 200],
  ])('with Host "%s" gets %i', async (host, status) => {
    expect((await world.ask('/', { headers: { host } })).status).toBe(status);
  });

  it.each([
    ['/_local/clock', 'https://elsewhere.example', 403],
    ['/_aws/', 'https://elsewhere.example', 403],
    ['/_local/clock', 'null', 403],
    ['/_local/clock', 'http://localhost:5173', 200],
    // What pages of other origins may do at the API is for the API's own CORS rules.
    ['/me', 'https://elsewhere.example', 200],
  ])('to %s from a page of %s gets %i', async (path, origin, status) => {
    expect((await world.ask(path, { headers: { origin } })).status).toBe(status);
  });

  it('lets a page that this machine serves call the services', async () => {
    const { status, headers } = await world.ask('/_aws/', {
      method: 'OPTIONS',
      headers: {
        origin: 'http://localhost:5173',
        'access-control-request-headers': 'x-amz-target',
      },
    });
    expect(status).toBe(204);
    expect(headers['access-control-allow-origin']).toBe('http://localhost:5173');
    expect(headers['access-control-allow-headers']).toBe('x-amz-target');
  });
});
