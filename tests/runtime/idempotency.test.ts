import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { documents, putNew, transact } from '../../functions/runtime/dynamodb.ts';
import { Conflict } from '../../functions/runtime/errors.ts';
import { serve } from '../../functions/runtime/http.ts';
import {
  AnsweredBefore,
  type Claim,
  readClaim,
  rememberAnswer,
} from '../../functions/runtime/idempotency.ts';
import { contract } from '../../functions/runtime/route.ts';
import { type Cloud, openCloud } from './cloud.ts';
import { delayedReads, seeded } from './disturbances.ts';
import { captureLog } from './log-lines.ts';

captureLog();

import { invoke, learnerClaims, type Sent } from './requests.ts';

let cloud: Cloud;
beforeAll(async () => {
  cloud = await openCloud();
  await cloud.createTable('orders');
});
afterEach(() => cloud.disturb(undefined));
afterAll(() => cloud.close());

const Order = z.strictObject({ orderId: z.int(), thing: z.string() });

const orders = contract({
  name: 'orders',
  summary: 'Orders, for this specification only',
  routes: {
    order: {
      method: 'POST',
      path: '/orders',
      access: { pool: 'public' },
      summary: 'Order a thing',
      body: z.strictObject({ thing: z.string() }),
      answers: { status: 201, body: Order, etag: true },
      refusals: { 409: ['already-ordered'] },
    },
    /** Refuses at once where it sees the order done, as a decision does that is taken already. */
    orderIfOpen: {
      method: 'POST',
      path: '/open-orders',
      access: { pool: 'public' },
      summary: 'Order a thing if nobody has',
      body: z.strictObject({ thing: z.string() }),
      answers: { status: 201, body: Order },
      refusals: { 409: ['already-ordered'] },
    },
  },
});

let made = 0;
const done = new Set<string>();

const refusal = () => new Conflict({ code: 'already-ordered', detail: 'Somebody ordered this.' });

async function keep({
  body: { thing },
  claim,
}: {
  readonly body: { readonly thing: string };
  readonly claim: Claim;
}) {
  made += 1;
  const order = { orderId: made, thing };
  const written = await transact([
    rememberAnswer('orders', claim, { status: 201, body: order, version: 1 }),
    putNew('orders', { pk: `ORDER#${thing}`, sk: 'ORDER' }),
  ]);
  if (!written.done && written.failed.includes(0)) throw new AnsweredBefore();
  if (!written.done) throw refusal();
  done.add(thing);
  return { body: order, version: 1 };
}

/** Where requests wait for each other, in tests that are about who comes first. */
let meeting: (() => Promise<void>) | undefined;

const handler = serve(
  orders,
  {
    order: keep,
    orderIfOpen: async (call) => {
      await meeting?.();
      if (done.has(call.body.thing)) throw refusal();
      return keep(call);
    },
  },
  'orders',
);

let things = 0;
const newThing = () => {
  things += 1;
  return `thing-${things}`;
};

async function post(
  thing: string,
  key: string | undefined,
  {
    route = orders.routes.order,
    sub = 'login-1',
    ...sent
  }: Sent & {
    route?: typeof orders.routes.order | typeof orders.routes.orderIfOpen;
    sub?: string;
  } = {},
) {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (key !== undefined) headers['idempotency-key'] = key;
  return invoke(handler, route, { claims: learnerClaims(sub), body: { thing }, headers, ...sent });
}

describe('given a POST with an Idempotency-Key', () => {
  it('when it comes again, answers the same and does nothing', async () => {
    const thing = newThing();
    const first = await post(thing, 'key-first');
    expect(first).toMatchObject({ status: 201, headers: { etag: '"1"' }, body: { thing } });
    const before = made;
    expect(await post(thing, 'key-first')).toEqual(first);
    expect(made).toBe(before);
  });

  it('when it comes twenty times at once, does it once and answers all the same', async () => {
    cloud.disturb(delayedReads(seeded(11), 40));
    const thing = newThing();
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(thing, 'key-twenty')));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]).toMatchObject({ status: 201 });
  });

  it('when a twin sees what the first has just done, answers as the first, not with a refusal', async () => {
    const bothAreHere = Promise.withResolvers<void>();
    const firstIsDone = Promise.withResolvers<void>();
    let arrived = 0;
    meeting = () => {
      arrived += 1;
      if (arrived === 1) return bothAreHere.promise;
      bothAreHere.resolve();
      return firstIsDone.promise;
    };
    const thing = newThing();
    const order = () => post(thing, 'key-twins', { route: orders.routes.orderIfOpen });
    const answers = [order(), order()];
    const first = await Promise.race(answers);
    firstIsDone.resolve();
    meeting = undefined;
    expect(first).toMatchObject({ status: 201, body: { thing } });
    for (const answer of await Promise.all(answers)) expect(answer.body).toEqual(first.body);
  });

  it('when it was refused, may be tried again: a refusal is not remembered', async () => {
    const taken = newThing();
    await post(taken, 'key-of-other');
    expect(await post(taken, 'key-refused')).toMatchObject({
      status: 409,
      body: { code: 'already-ordered' },
    });
    expect(await post(newThing(), 'key-refused')).toMatchObject({ status: 201 });
  });

  it('when another caller uses the same key, is another request', async () => {
    const [mine, theirs] = [newThing(), newThing()];
    await post(mine, 'key-shared', { sub: 'login-1' });
    expect(await post(theirs, 'key-shared', { sub: 'login-2' })).toMatchObject({
      status: 201,
      body: { thing: theirs },
    });
  });

  it('when the key was used for another body, says so', async () => {
    await post(newThing(), 'key-reused');
    expect(await post(newThing(), 'key-reused')).toMatchObject({
      status: 422,
      body: { code: 'idempotency-key-reused' },
    });
  });

  it('when the key was used for another route, says so', async () => {
    const thing = newThing();
    await post(thing, 'key-elsewhere');
    expect(await post(thing, 'key-elsewhere', { route: orders.routes.orderIfOpen })).toMatchObject({
      status: 422,
      body: { code: 'idempotency-key-reused' },
    });
  });

  it('is kept so that nobody reads it, nor who asked, without the key that only the caller has', async () => {
    const secret = '김하늘의 비밀';
    const first = await post(secret, 'key-of-haneul', { sub: 'login-haneul' });
    const { Items = [] } = await documents.send(new ScanCommand({ TableName: 'orders' }));
    const claims = Items.filter(({ sk }) => sk === 'ANSWER')
      .flatMap((row) => Object.values(row))
      .map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value))
      .join('\n');
    expect(claims).toContain('CLAIM#');
    for (const word of [secret, 'key-of-haneul', 'login-haneul']) {
      expect(claims).not.toContain(word);
    }
    expect(await post(secret, 'key-of-haneul', { sub: 'login-haneul' })).toEqual(first);
  });

  it('that the release before this one answered, is answered the same', async () => {
    const thing = newThing();
    const claim = readClaim(
      Object({
        rawPath: '/orders',
        headers: { 'idempotency-key': 'key-before' },
        body: JSON.stringify({ thing }),
      }),
      'login-1',
    );
    const answer = { status: 201, body: { orderId: 7, thing }, version: 1 };
    const row = {
      pk: `CLAIM#${claim.id}`,
      sk: 'ANSWER',
      ...answer,
      fingerprint: claim.fingerprint,
    };
    await transact([putNew('orders', { ...row, expiresAt: 4_000_000_000 })]);
    expect(await post(thing, 'key-before')).toMatchObject({ status: 201, body: answer.body });
    expect(await post(newThing(), 'key-before')).toMatchObject({
      body: { code: 'idempotency-key-reused' },
    });
  });

  it('is remembered for a day, by the time to live of its row', async () => {
    const before = Math.floor(Date.now() / 1000);
    const claim = { id: 'login-1#key', fingerprint: 'as sent' };
    const { Put } = rememberAnswer('orders', claim, { status: 201, body: {} });
    const day = 24 * 60 * 60;
    expect(Put?.Item?.['expiresAt'] - before).toBeGreaterThanOrEqual(day);
    expect(Put?.Item?.['expiresAt'] - before).toBeLessThanOrEqual(day + 5);
  });
});

describe('given a POST with a key of another form', () => {
  it.each([
    ['none', undefined],
    ['an empty one', ''],
    ['one of 7 characters', 'a'.repeat(7)],
    ['one of 129 characters', 'a'.repeat(129)],
    ['one with a space', 'a key of mine'],
    ['one beyond ASCII', '열쇠열쇠열쇠열쇠'],
  ])('asks for a better one: %s', async (_what, key) => {
    expect(await post(newThing(), key)).toMatchObject({
      status: 400,
      body: {
        code: 'idempotency-key-required',
        errors: [{ field: 'header.idempotency-key' }],
      },
    });
  });

  it.each([['a'.repeat(8)], ['~'.repeat(128)]])(
    'takes the shortest and the longest',
    async (key) => {
      expect(await post(newThing(), key)).toMatchObject({ status: 201 });
    },
  );

  it('looks at it last: what is malformed is malformed', async () => {
    const sent = { body: { thing: 7 } };
    expect(await post('', undefined, sent)).toMatchObject({ body: { code: 'malformed' } });
  });
});
