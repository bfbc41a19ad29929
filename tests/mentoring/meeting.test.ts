import { compactVerify } from 'jose';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  MeetingSecret,
  meetingAddress,
  type Visit,
} from '../../functions/mentoring/meeting.adapter.ts';
import { SessionId } from '../../functions/mentoring/words.contract.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { Meetings } from '../../regions/schema.ts';

const secret = MeetingSecret.parse({ key: 'a secret of tests that is long enough' });
const jitsi = Meetings.parse({ via: 'jitsi', url: 'https://Meet.Seoul.example', appId: 'ladder' });
const link = Meetings.parse({ via: 'link', template: 'https://rooms.example/{room}?lang=ko' });

const visit: Visit = {
  sessionId: newId(SessionId, 'ses'),
  who: { id: 'lrn_1', name: '김하늘', moderator: false },
  from: Temporal.Instant.from('2026-03-08T07:20:00Z'),
  until: Temporal.Instant.from('2026-03-08T08:15:00Z'),
};
const another: Visit = { ...visit, sessionId: newId(SessionId, 'ses') };
const mentor: Visit = { ...visit, who: { id: 'mnt_1', name: 'Park', moderator: true } };

const Claims = z.strictObject({
  ...{ iss: z.string(), aud: z.string(), sub: z.string(), room: z.string() },
  ...{ nbf: z.int(), exp: z.int() },
  context: z.strictObject({
    user: z.strictObject({ id: z.string(), name: z.string(), moderator: z.string() }),
  }),
});

/** What a server does with an address: looks for the token, checks its signature by a library, and reads it. */
async function open(address: string, key = secret.key) {
  const { origin, pathname, searchParams } = new URL(address);
  const token = searchParams.get('jwt') ?? '';
  const [, payload = ''] = token.split('.');
  const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const verified = await compactVerify(token, new TextEncoder().encode(key)).catch(() => undefined);
  return {
    ...{ origin, pathname, header: verified?.protectedHeader, claims: Claims.parse(claims) },
    isSigned: verified !== undefined,
  };
}

describe('a room of a Jitsi server', () => {
  it('opens to a token for that person, room, server and time, signed with the shared secret', async () => {
    const { isSigned, origin, pathname, header, claims } = await open(
      meetingAddress(jitsi, secret, visit),
    );
    expect(isSigned).toBe(true);
    expect(header).toEqual({ alg: 'HS256', typ: 'JWT' });
    expect(origin).toBe('https://meet.seoul.example');
    expect(pathname).toBe(`/${claims.room}`);
    const { id } = claims.context.user;
    expect(claims).toEqual({
      ...{ iss: 'ladder', aud: 'ladder', sub: 'meet.seoul.example', room: claims.room },
      ...{ nbf: 1_772_954_400, exp: 1_772_957_700 },
      context: { user: { id, name: '김하늘', moderator: 'false' } },
    });
  });

  it('has the mentor as its moderator, and the same name for both', async () => {
    const theirs = (await open(meetingAddress(jitsi, secret, mentor))).claims;
    expect(theirs.context.user).toMatchObject({ name: 'Park', moderator: 'true' });
    const ours = (await open(meetingAddress(jitsi, secret, visit))).claims;
    expect(theirs.room).toBe(ours.room);
    expect(theirs.context.user.id).not.toBe(ours.context.user.id);
  });

  it('knows nobody again from another session, and not by our ids', async () => {
    const addresses = [visit, visit, another].map((one) => meetingAddress(jitsi, secret, one));
    const opened = await Promise.all(addresses.map((address) => open(address)));
    const [first, again, other] = opened.map(({ claims }) => claims.context.user.id);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
    expect(first).not.toContain(visit.who.id);
  });

  it('does not open to a token that another secret signed', async () => {
    const key = `${secret.key}!`;
    expect((await open(meetingAddress(jitsi, { key }, visit))).isSigned).toBe(false);
  });

  it('on a server with tenants is one of the tenant', async () => {
    const tenant = Meetings.parse({
      via: 'jitsi',
      url: 'https://meet.example/Taebaek/',
      appId: 'ladder',
    });
    const { pathname, claims } = await open(meetingAddress(tenant, secret, visit));
    expect(claims.sub).toBe('taebaek');
    expect(pathname).toBe(`/Taebaek/${claims.room}`);
  });
});

describe('a room elsewhere', () => {
  it('is in the place that the template has for it, and for both the same', () => {
    const address = meetingAddress(link, secret, visit);
    expect(address).toMatch(/^https:\/\/rooms\.example\/[0-9a-f]{32}\?lang=ko$/);
    expect(meetingAddress(link, secret, mentor)).toBe(address);
  });

  it('is another for each session and each secret', () => {
    const addresses = [
      meetingAddress(link, secret, visit),
      meetingAddress(link, secret, another),
      meetingAddress(link, { key: `${secret.key}!` }, visit),
    ];
    expect(new Set(addresses).size).toBe(3);
  });
});

describe('a secret', () => {
  it.each([
    ['is refused when short enough to be guessed', { key: 'x'.repeat(31) }, false],
    ['is taken from 32 characters on', { key: 'x'.repeat(32) }, true],
  ])('%s', (_what, value, good) => {
    expect(MeetingSecret.safeParse(value).success).toBe(good);
  });
});
