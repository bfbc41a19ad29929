import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { documents } from '../../functions/runtime/dynamodb.ts';
import { Unavailable } from '../../functions/runtime/errors.ts';
import {
  ask,
  askKeeper,
  everything,
  leave,
  openHouse,
  receipt,
  routes,
  run,
  setTime,
  tables,
} from './house.ts';
import { asked, instead, keepers } from './keepers.ts';
import { endAccount, newPerson, personal, report } from './persons.ts';

const house = openHouse();
const later = (hours: number) => setTime(new Date(Date.now() + hours * 3_600_000).toISOString());

/** What each keeper is asked to erase of a learner. */
const erasing = (learnerId: string) =>
  ({
    mentoring: { ask: 'erase', subject: { learnerId }, logins: [] },
    eligibility: { ask: 'erase', subject: { learnerId } },
    enrolment: { ask: 'erase', subject: { learnerId }, last: true },
  }) as const;

const countOf = (word: string, text: string) => text.split(word).length - 1;

/** Of a transaction, what it deletes. */
const Text = z.object({ S: z.string() });
const Deletes = z.array(
  z.object({
    Delete: z.object({ TableName: z.string(), Key: z.object({ pk: Text, sk: Text }) }).optional(),
  }),
);

describe('given somebody who takes their data along', () => {
  it.each([
    [undefined, ['eligibility', 'enrolment', 'mentoring']],
    ['audit', []],
    ['eligibility', ['eligibility']],
    ['enrolment', ['enrolment']],
    ['provisioning', ['enrolment']],
    ['mentoring', ['mentoring']],
    ['mentor', []],
  ])(
    'when they ask for %s, then only %s are asked, each once, and told ids alone',
    async (part, names) => {
      const { learnerId, learner } = await newPerson();
      const from = asked.length;
      const { status, body } = await ask(learner, routes.readMyData, {
        query: part === undefined ? {} : { part },
      });
      expect(status).toBe(200);
      const shown = Object.keys(Object(body)).filter((key) => key !== 'at');
      if (part !== undefined) expect(shown).toEqual(part === 'mentor' ? [] : [part]);
      const now = asked.slice(from);
      expect(now.map(({ keeper }) => keeper).sort()).toEqual(names);
      for (const { event } of now) expect(event).toMatchObject({ ask: 'show', learnerId });
      for (const word of personal) expect(JSON.stringify(now)).not.toContain(word);
    },
  );

  it('when a keeper has more than an answer can hold, then they are told to take it part by part', async () => {
    const { learner } = await newPerson();
    const large = async () => ({ kind: 'too-large' });
    const { status, body } = await instead('mentoring', large, () =>
      ask(learner, routes.readMyData),
    );
    expect([status, Object(body).code]).toEqual([409, 'data-too-large']);
  });

  it.each([
    [500, 'internal', new TypeError('김하늘')],
    [503, 'unavailable', new Unavailable()],
  ])('when a keeper fails, then they are answered %i', async (expected, code, error) => {
    const { learner } = await newPerson();
    const failing = async () => {
      throw error;
    };
    const { status, body } = await instead('enrolment', failing, () =>
      ask(learner, routes.readMyData),
    );
    expect([status, Object(body).code]).toEqual([expected, code]);
    expect(JSON.stringify(body) + house.logged()).not.toContain('김하늘');
  });
});

describe('given a deletion', () => {
  it.each(keepers)(
    'when the keeper of %s fails, then it stays due, and is gone on with by the next run',
    async (keeper) => {
      const { learnerId, learner } = await newPerson();
      const deletionId = await leave(learner);
      await endAccount(learnerId);
      house.logged();
      later(1);
      const failing = async () => {
        throw new TypeError('김하늘');
      };
      await instead(keeper, failing, async () => {
        await expect(run()).rejects.toThrow('1 deletions or lists could not be worked off');
      });
      const log = house.logged();
      expect(log).toContain('"message":"deletion stays due"');
      expect(log).toContain('"error":"KeeperFailed"');
      expect(log).not.toContain('김하늘');
      expect(await receipt(deletionId)).toMatchObject({ state: 'running' });
      for (let turn = 0; turn < 4; turn += 1) {
        later(1);
        await run();
        if ((await receipt(deletionId)).waitsFor === 'providers') await endAccount(learnerId);
      }
      expect(await receipt(deletionId)).toMatchObject({ state: 'done' });
    },
  );
});

describe('given a run of the job that has little time left', () => {
  it('then it begins no deletion that it might not see the end of, and the next run does', async () => {
    const { learner } = await newPerson();
    const deletionId = await leave(learner);
    later(1);
    const from = asked.length;
    const event = { source: 'aws.events', 'detail-type': 'Scheduled Event' };
    await run(event, 99_000);
    expect(asked.slice(from)).toEqual([]);
    expect((await receipt(deletionId)).steps[1]).toMatchObject({ state: 'to-do' });
    await run(event, 101_000);
    expect((await receipt(deletionId)).steps[1]).toMatchObject({ state: 'done' });
  });
});

describe('given a keeper that is asked to erase', () => {
  it.each(keepers)(
    'edge case 35: %s erases nothing while a report concerns them, whatever privacy has seen before',
    async (keeper) => {
      const earlier = await everything(...tables.filter((name) => name !== keeper));
      const others = new Map(personal.map((word) => [word, countOf(word, earlier)]));
      const { learnerId } = await newPerson();
      await endAccount(learnerId);
      await report(learnerId, true);
      const before = await everything();
      expect(await askKeeper(keeper, erasing(learnerId)[keeper])).toEqual({
        kind: 'waits',
        for: 'report',
      });
      expect(await everything()).toEqual(before);
      await report(learnerId, false);
      const twice = [erasing(learnerId)[keeper], erasing(learnerId)[keeper]];
      // Two at once, as when whoever asked has given up on the first: what they do not do together, the next does.
      await Promise.allSettled(twice.map((event) => askKeeper(keeper, event)));
      expect(await askKeeper(keeper, erasing(learnerId)[keeper])).toEqual({ kind: 'done' });
      const left = await everything(...tables.filter((name) => name !== keeper));
      for (const word of personal) expect(countOf(word, left)).toBe(others.get(word));
      // Of the mentor's account of the mentorship only ids are left.
      if (keeper !== 'mentoring') expect(left).not.toContain(learnerId);
    },
  );

  it.each([
    ['mentoring', 'mentoring', 'anything', () => true],
    [
      'mentoring',
      'mentoring',
      'what is the learner’s own',
      (pk: string) => pk.startsWith('LEARNER#'),
    ],
    ['eligibility', 'eligibility', 'anything', () => true],
    ['enrolment', 'provisioning', 'anything', () => true],
  ] as const)(
    'edge case 35: a report that comes between the look of %s and its write in %s keeps %s',
    async (keeper, table, _what, isMeant) => {
      const { learnerId } = await newPerson();
      await endAccount(learnerId);
      const keys: Record<string, string>[] = [];
      house.cloud().disturb(async (_, { TransactItems = [] }) => {
        const deleted = Deletes.parse(TransactItems).flatMap(({ Delete }) => Delete ?? []);
        const here = deleted.filter(
          ({ TableName, Key }) => TableName === table && isMeant(Key.pk.S),
        );
        if (keys.length > 0 || here.length === 0) return undefined;
        keys.push(...here.map(({ Key }) => ({ pk: Key.pk.S, sk: Key.sk.S })));
        await report(learnerId, true);
        return undefined;
      });
      const answer = await askKeeper(keeper, erasing(learnerId)[keeper]);
      house.cloud().disturb(undefined);
      expect(answer).toEqual({ kind: 'waits', for: 'report' });
      expect(keys).not.toEqual([]);
      for (const Key of keys) {
        const { Item } = await documents.send(new GetCommand({ TableName: table, Key }));
        expect(Item, Key['sk']).toBeDefined();
      }
      await report(learnerId, false);
      expect(await askKeeper(keeper, erasing(learnerId)[keeper])).toEqual({ kind: 'done' });
    },
  );

  it.each(keepers)('%s refuses what it does not know, and does nothing', async (keeper) => {
    const { learnerId } = await newPerson();
    const before = await everything();
    for (const event of [
      {},
      { ask: 'forget', subject: { learnerId } },
      { ...erasing(learnerId)[keeper], subject: { learnerId, name: '김하늘' } },
      { ...erasing(learnerId)[keeper], rests: [] },
    ])
      await expect(askKeeper(keeper, event)).rejects.toMatchObject({ name: 'ZodError' });
    expect(await everything()).toEqual(before);
  });

  it('what fails in it is told by its log without its text, and by no other name than its own', async () => {
    const { learnerId } = await newPerson();
    house.logged();
    const reply = {
      status: 400,
      headers: { 'content-type': 'application/x-amz-json-1.0' },
      body: JSON.stringify({ __type: 'ValidationException', message: '김하늘' }),
    };
    house.cloud().disturb(async () => ({ reply }));
    const error = await askKeeper('eligibility', erasing(learnerId).eligibility).catch(
      (thrown: unknown) => thrown,
    );
    house.cloud().disturb(undefined);
    expect(error).toMatchObject({ name: 'AskFailed', code: 'ask-failed' });
    const log = house.logged();
    expect(log).toContain('"error":"ValidationException"');
    expect(String(error) + log).not.toContain('김하늘');
  });
});
