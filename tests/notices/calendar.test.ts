import type { DynamoDBStreamEvent } from 'aws-lambda';
import ICAL from 'ical.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { MentorId, MentorInput } from '../../functions/identity/contract.ts';
import { mentorStore } from '../../functions/identity/mentor.store.ts';
import { newId } from '../../functions/runtime/ids.ts';
import type { Message } from '../../functions/runtime/notice.ts';
import { noticesModule } from '../../lib/notices-module.ts';
import type { Mail } from '../../local/mailbox/mail.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { loadHandler } from '../runtime/handlers.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { village } from '../runtime/village.ts';
import { event } from './messages.ts';
import { PostOffice } from './post-office.ts';
import { learner, login, logins, rowOf, sent, waitlisted } from './sending.ts';

captureLog();
const post = new PostOffice();
let cloud: Cloud;
let mail: (event: DynamoDBStreamEvent) => Promise<void>;

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(Date.parse('2026-03-01T00:00:00Z'));
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
  mail = await loadHandler<typeof mail>('notices/mail.trigger', modules);
});
beforeEach(() => {
  post.takeRecipients();
});
afterAll(async () => {
  await cloud.close();
  vi.useRealTimers();
});

/** What a calendar reads of the files of a mail: of each the method, and of its one event the properties. */
function entriesOf({ files = [] }: Mail) {
  return files.map(({ name, type, content }) => {
    const calendar = new ICAL.Component(ICAL.parse(Buffer.from(content, 'base64').toString()));
    const [only, ...more] = calendar.getAllSubcomponents('vevent');
    expect(more).toEqual([]);
    const attendees = (only?.getAllProperties('attendee') ?? []).map((one) => [
      String(one.getFirstValue()).toLowerCase(),
      one.getFirstParameter('role'),
    ]);
    const told = ['uid', 'sequence', 'dtstart', 'dtend', 'dtstamp', 'status', 'location'] as const;
    return {
      ...{ name, type, attendees, method: String(calendar.getFirstPropertyValue('method')) },
      ...Object.fromEntries(told.map((key) => [key, only?.getFirstPropertyValue(key)?.toString()])),
      summary: only?.getFirstPropertyValue('summary'),
      description: only?.getFirstPropertyValue('description'),
      organizer: only?.getFirstPropertyValue('organizer'),
    };
  });
}

async function mentor(): Promise<Message['to'] & { readonly kind: 'mentor' }> {
  const mentorId = newId(MentorId, 'mnt');
  const who = MentorInput.parse({ name: 'Park', language: 'en', timeZone: 'America/New_York' });
  await mentorStore('identity').createMentor(
    login('mentor'),
    'mentor@village.example',
    mentorId,
    who,
  );
  return { kind: 'mentor', mentorId };
}

const start = '2026-03-08T07:30:00Z';
const booked = (
  to: Message['to'] & { kind: 'learner' | 'mentor' },
  changes = {},
  kind: 'session-booked' | 'session-moved' | 'session-cancelled' = 'session-booked',
): Message => ({
  kind,
  to,
  facts: { start },
  events: [{ ...event, start, ...changes }],
});

describe('a mail about a session', () => {
  it('brings it for the reader’s calendar, each reader’s naming nobody else', async () => {
    const to = await learner(login('child'), login('mother'));
    await mail((await sent(booked(to))).event);
    const [child, mother] = post.mails;
    expect(entriesOf(child ?? missing())).toEqual([
      {
        name: 'session.ics',
        type: 'text/calendar; charset=utf-8; method=REQUEST',
        method: 'REQUEST',
        uid: event.uid,
        sequence: '0',
        dtstart: start,
        dtend: '2026-03-08T08:00:00Z',
        dtstamp: '2026-03-01T00:00:00Z',
        status: 'CONFIRMED',
        location: undefined,
        summary: '멘토링',
        description: '마을 학습 서비스에 로그인하여 참여하세요.',
        organizer: 'mailto:learn@village.example',
        attendees: [['mailto:child@village.example', 'REQ-PARTICIPANT']],
      },
    ]);
    expect(entriesOf(mother ?? missing())).toMatchObject([
      { attendees: [['mailto:mother@village.example', 'NON-PARTICIPANT']] },
    ]);
  });

  it('to a mentor is in the mentor’s language, with the place where both meet, and no link', async () => {
    await mail((await sent(booked(await mentor(), { venue: 'Library, room 2' }))).event);
    expect(post.mails[0]?.text).toContain('March 8, 2026');
    expect(post.mails[0]?.text).toMatch(/3:30\sAM EDT/);
    expect(entriesOf(post.mails[0] ?? missing())).toMatchObject([
      {
        summary: 'Mentoring session',
        location: 'Library, room 2',
        attendees: [['mailto:mentor@village.example', 'CHAIR']],
      },
    ]);
    expect(post.asked.join()).not.toContain('jwt');
  });

  it('edge case 30: moved, it is the same entry with a higher sequence; called off, it is cancelled', async () => {
    const to = await learner();
    const moved = booked(to, { sequence: 1 }, 'session-moved');
    const off = booked(to, { sequence: 2, cancelled: true }, 'session-cancelled');
    for (const message of [moved, off]) await mail((await sent(message)).event);
    const [first, second] = post.mails.map((one) => entriesOf(one)[0]);
    expect(first).toMatchObject({ uid: event.uid, sequence: '1', method: 'REQUEST' });
    expect(second).toMatchObject({ uid: event.uid, sequence: '2', method: 'CANCEL' });
    expect(second).toMatchObject({ status: 'CANCELLED' });
  });

  it('with a consultant is called an appointment', async () => {
    const to = await learner();
    const facts = { start };
    const events = [{ ...event, start }];
    await mail((await sent({ kind: 'appointment-booked', to, facts, events })).event);
    expect(entriesOf(post.mails[0] ?? missing())).toMatchObject([{ summary: '상담' }]);
  });

  it('of a series brings each session in a file of its own', async () => {
    const uids = Array.from({ length: 16 }, (_, number) => `ses-${number}@village`);
    const message: Message = {
      kind: 'sessions-booked',
      to: await learner(),
      facts: { first: start, last: start },
      events: uids.map((uid) => ({ ...event, uid, start })),
    };
    await mail((await sent(message)).event);
    const entries = entriesOf(post.mails[0] ?? missing());
    expect(entries.map(({ name }) => name)).toEqual(
      uids.map((_, number) => `session-${number + 1}.ics`),
    );
    expect(entries.map((one) => ('uid' in one ? one.uid : undefined))).toEqual(uids);
  });

  it('leaves nothing of it in the row', async () => {
    const { event: told, Key } = await sent(booked(await learner(), { venue: 'Library' }));
    await mail(told);
    expect(JSON.stringify(await rowOf(Key))).not.toContain('Library');
  });
});

it('a mail about something else has no file', async () => {
  await mail((await sent(waitlisted(await learner()))).event);
  expect(post.mails[0]?.files).toEqual([]);
});

function missing(): never {
  throw new Error('there is no such mail');
}
