import type { DynamoDBStreamEvent } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Sub } from '../../functions/runtime/caller.ts';
import { noticesModule } from '../../lib/notices-module.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { loadHandler } from '../runtime/handlers.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { village } from '../runtime/village.ts';
import { PostOffice } from './post-office.ts';
import {
  alsoActsFor,
  asked,
  formerGuardian,
  learner,
  login,
  logins,
  rowOf,
  sent,
  waitlisted,
} from './sending.ts';

const takeLog = captureLog();
const post = new PostOffice();
let cloud: Cloud;
let mail: (event: DynamoDBStreamEvent) => Promise<void>;
let resend: () => Promise<void>;

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  cloud = await openCloud(post, logins);
  await post.open(cloud.context, 'sending');
  await cloud.createTable('identity');
  await cloud.createTable('notices', ['due', 'dueLot', 'due']);
  Object.assign(process.env, {
    NOTICES_TABLE: 'notices',
    IDENTITY_TABLE: 'identity',
    PUBLIC_POOL_ID: 'ap-northeast-2_public',
    MAIL_FROM: 'learn@village.example',
    CONFIGURATION_SET: 'sending',
  });
  const region = village();
  const modules = { '#region': region, '#notices': noticesModule(region) };
  [mail, resend] = await Promise.all([
    loadHandler<typeof mail>('notices/mail.trigger', modules),
    loadHandler<typeof resend>('notices/resend.job', modules),
  ]);
});
beforeEach(() => {
  post.takeRecipients();
  post.asked.splice(0);
  post.troubles.splice(0);
  takeLog();
});
afterAll(async () => {
  await cloud.close();
  vi.useRealTimers();
});

const throttled = ['TooManyRequestsException', 'Maximum sending rate exceeded.', 429] as const;
const away = ['InternalFailure', 'SES is away.', 500] as const;
const wait = (minutes: number) => vi.setSystemTime(Date.now() + minutes * 60_000);

describe('a notice', () => {
  it('is mailed to the learner and the guardians, in the learner’s language', async () => {
    const { event, Key } = await sent(waitlisted(await learner(login('child'), login('mother'))));
    await mail(event);
    expect(post.mails.map(({ to, from }) => [to, from])).toEqual([
      ['child@village.example', 'learn@village.example'],
      ['mother@village.example', 'learn@village.example'],
    ]);
    expect(post.mails[0]?.text).toContain('대기자 명단');
    expect(post.mails[0]?.text).toContain('가입하셔서');
    expect(post.mails[1]?.text).toContain('보호자이셔서');
    expect(JSON.parse(post.asked[0] ?? '')).toMatchObject({
      ConfigurationSetName: 'sending',
      Content: { Simple: { Headers: [{ Name: 'Content-Language', Value: 'ko' }, {}] } },
    });
    expect(await rowOf(Key)).toMatchObject({ state: 'sent', attempts: 1 });
  });

  it('to a guardian of several children says which is meant, and the name is in no row and no log', async () => {
    const mother = login('mother');
    const one = await learner(login('child'), mother);
    await alsoActsFor(mother, one);
    const { event } = await sent(waitlisted(one));
    await mail(event);
    expect(post.mails.at(-1)?.text, 'of one child').not.toContain('하늘');
    await alsoActsFor(mother, await learner(login('other')));
    const second = await sent(waitlisted(one));
    expect(JSON.stringify(await rowOf(second.Key))).not.toContain('하늘');
    await mail(second.event);
    const [child, guardian] = post.mails.slice(-2);
    expect([child?.to, guardian?.to]).toEqual(['child@village.example', 'mother@village.example']);
    expect(child?.text).not.toContain('하늘');
    expect(guardian?.text).toContain('이 메일은 다음 자녀에 관한 것입니다: 하늘');
    expect(takeLog()).not.toContain('하늘');
    post.takeRecipients();
  });

  it('edge case 4: that a learner came of age is the last that guardians hear', async () => {
    const to = await learner();
    await formerGuardian(to, 'mother');
    await mail((await sent({ kind: 'majority-reached', to, facts: {} })).event);
    await mail((await sent(waitlisted(to))).event);
    const child = 'child@village.example';
    expect(post.takeRecipients()).toEqual([child, 'mother@village.example', child]);
  });

  it('to an address is mailed there, and the address is kept nowhere', async () => {
    const { event, Key } = await sent(asked);
    expect(JSON.stringify(await rowOf(Key))).toContain('elsewhere');
    await mail(event);
    expect(post.takeRecipients()).toEqual(['parent@elsewhere.example']);
    expect(JSON.stringify(await rowOf(Key))).not.toContain('elsewhere');
  });

  it('is mailed once, however often the stream brings it, even at once', async () => {
    const { event } = await sent(waitlisted(await learner()));
    await Promise.all([mail(event), mail(event), mail(event)]);
    await mail({ Records: [...event.Records, ...event.Records] });
    wait(300);
    await resend();
    expect(post.takeRecipients()).toEqual(['child@village.example']);
  });

  it('is no news when its row changes or goes', async () => {
    const { event } = await sent(waitlisted(await learner()));
    const [record] = event.Records;
    await mail({
      Records: [
        { ...record, dynamodb: { OldImage: record?.dynamodb?.NewImage ?? {} } },
        {
          ...record,
          dynamodb: { ...record?.dynamodb, OldImage: record?.dynamodb?.NewImage ?? {} },
        },
      ],
    });
    expect(post.takeRecipients()).toEqual([]);
    await mail(event);
    expect(post.takeRecipients()).toEqual(['child@village.example']);
  });

  it('goes to verified addresses only, and to no login that is gone', async () => {
    const stranger = Sub.parse('a-login-that-was-deleted');
    const to = await learner(login('child', false), login('mother'), stranger);
    const { event, Key } = await sent(waitlisted(to));
    await mail(event);
    expect(post.takeRecipients()).toEqual(['mother@village.example']);
    expect(await rowOf(Key)).toMatchObject({ state: 'sent' });
  });

  it('names nobody in the log, whatever happens', async () => {
    post.troubles.push(['MessageRejected', 'Address parent@elsewhere.example is bad', 400]);
    await mail((await sent(asked)).event);
    const log = takeLog();
    expect(log).toContain('notice undeliverable');
    expect(log).not.toContain('elsewhere');
    expect(log).not.toContain('https://learn');
  });
});

describe('a notice that does not come to its end', () => {
  it('after a process that died between taking and mailing, is mailed by the job', async () => {
    const { event, Key } = await sent(waitlisted(await learner()));
    cloud.disturb(async (operation) => {
      // The row is taken; then nothing works any more.
      if (operation === 'Query') throw new Error('the process is gone');
      return undefined;
    });
    await expect(mail(event)).rejects.toThrow();
    cloud.disturb(undefined);
    await mail(event);
    await resend();
    expect(post.takeRecipients()).toEqual([]);
    wait(5);
    await resend();
    await resend();
    expect(post.takeRecipients()).toEqual(['child@village.example']);
    expect(await rowOf(Key)).toMatchObject({ state: 'sent', attempts: 2 });
  });

  it('that the stream does not bring in time, is mailed by the job, and once when the stream brings it after all', async () => {
    const { event, Key } = await sent(waitlisted(await learner()));
    await resend();
    expect(post.takeRecipients()).toEqual([]);
    wait(5);
    await resend();
    expect(post.takeRecipients()).toEqual(['child@village.example']);
    await mail(event);
    wait(300);
    await resend();
    expect(post.takeRecipients()).toEqual([]);
    expect(await rowOf(Key)).toMatchObject({ state: 'sent', attempts: 1 });
  });

  it('for a rate of SES that is reached, is tried until it is through', async () => {
    const { event, Key } = await sent(asked);
    post.troubles.push(throttled, throttled, away, away);
    await mail(event);
    expect(await rowOf(Key)).toMatchObject({ state: 'sending' });
    wait(5);
    await resend();
    expect(post.takeRecipients()).toEqual([]);
    wait(9);
    await resend();
    expect(post.takeRecipients()).toEqual([]);
    wait(1);
    await resend();
    expect(post.takeRecipients()).toEqual(['parent@elsewhere.example']);
  });

  it('for one reader, is not mailed to the others again', async () => {
    const { event } = await sent(waitlisted(await learner(login('child'), login('mother'))));
    post.troubles.push(away, away);
    await mail(event);
    expect(post.takeRecipients()).toEqual(['mother@village.example']);
    wait(5);
    await resend();
    expect(post.takeRecipients()).toEqual(['child@village.example']);
  });

  it('where our own domain is not verified yet, waits for the operator', async () => {
    const { event } = await sent(asked);
    const message =
      'Email address is not verified. The following identities failed the check: learn@village.example';
    post.troubles.push(['MessageRejected', message, 400]);
    await mail(event);
    wait(5);
    await resend();
    expect(post.takeRecipients()).toEqual(['parent@elsewhere.example']);
  });

  it.each(['MessageRejected', 'BadRequestException'])(
    'for an address that SES refuses with %s, is not tried again, and told of',
    async (code) => {
      const { event, Key } = await sent(asked);
      post.troubles.push([code, 'no such mailbox', 400]);
      await mail(event);
      wait(300);
      await resend();
      expect(post.asked).toEqual([expect.stringContaining('elsewhere')]);
      const row = await rowOf(Key);
      expect(row).toMatchObject({ state: 'undeliverable' });
      expect(JSON.stringify(row)).not.toContain('elsewhere');
      expect(takeLog()).toContain('notice undeliverable');
    },
  );

  it('is given up after three days, and the address is forgotten', async () => {
    const { event, Key } = await sent(asked);
    post.troubles.push(away, away);
    await mail(event);
    expect(await rowOf(Key)).toMatchObject({ state: 'sending' });
    wait(3 * 24 * 60);
    await resend();
    expect(post.takeRecipients()).toEqual([]);
    const row = await rowOf(Key);
    expect(row).toMatchObject({ state: 'undeliverable' });
    expect(JSON.stringify(row)).not.toContain('elsewhere');
  });

  it('when SES sent it and its answer was lost, is mailed twice rather than never', async () => {
    const { event } = await sent(asked);
    post.troubles.push('lost');
    await mail(event);
    expect(post.takeRecipients()).toEqual(['parent@elsewhere.example', 'parent@elsewhere.example']);
  });
});
