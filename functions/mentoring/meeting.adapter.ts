import { createHmac } from 'node:crypto';
import * as z from 'zod';
import type { Meetings } from '../../regions/schema.ts';
import { epochSeconds, type Moment } from '../runtime/clock.ts';
import type { AppointmentId, SessionId } from './words.contract.ts';

/**
 * The secret from which rooms get their names. For a Jitsi server it is also its `app_secret`, which signs tokens; HS256
 * wants 32 bytes at least (RFC 7518, 3.2).
 */
export const MeetingSecret = z.strictObject({ key: z.string().min(32) });
export type MeetingSecret = z.infer<typeof MeetingSecret>;

/** Who comes to which session or appointment, and when the door is open. */
export interface Visit {
  readonly sessionId: SessionId | AppointmentId;
  readonly who: {
    readonly id: string;
    /** As the other one sees it. It is in the address for all to read. */
    readonly name: string;
    /** Mentors and consultants can mute and admit; learners cannot. */
    readonly moderator: boolean;
  };
  readonly from: Moment;
  readonly until: Moment;
}

/**
 * The address at which someone joins a session online. The room is the same for all who come to the session and each
 * time that it is asked for. A link to a Jitsi room is personal and ends with the visit; any other is good for whoever
 * has it, so it is shown and mailed to the two only.
 */
export function meetingAddress(meetings: Meetings, secret: MeetingSecret, visit: Visit): string {
  const room = derived(secret, 'room', visit.sessionId);
  switch (meetings.via) {
    case 'link':
      return meetings.template.replaceAll('{room}', room);
    case 'jitsi': {
      const address = new URL(`${meetings.url.replace(/\/+$/, '')}/${room}`);
      address.searchParams.set('jwt', tokenFor(meetings, secret, room, visit));
      return address.href;
    }
  }
}

/**
 * What a Jitsi server asks for at the door. All of `user` are texts: it refuses other types. The person's id is
 * another in each session, so that the server cannot tell who meets whom from week to week.
 *
 * @see https://github.com/jitsi/lib-jitsi-meet/blob/master/doc/tokens.md
 */
function tokenFor(
  { url, appId }: Extract<Meetings, { via: 'jitsi' }>,
  secret: MeetingSecret,
  room: string,
  { sessionId, who, from, until }: Visit,
): string {
  const id = derived(secret, 'visitor', sessionId, who.id);
  const user = { id, name: who.name, moderator: who.moderator ? 'true' : 'false' };
  return signed(secret, {
    room,
    context: { user },
    iss: appId,
    aud: appId,
    sub: tenantOf(new URL(url)),
    nbf: epochSeconds(from),
    exp: epochSeconds(until),
  });
}

/** A token of these claims, by HS256 (RFC 7515, 3.1, and RFC 7518, 3.2): one call, for which no library is carried. */
function signed({ key }: MeetingSecret, claims: object): string {
  const [header, payload] = [{ alg: 'HS256', typ: 'JWT' }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  const signature = createHmac('sha256', key).update(`${header}.${payload}`).digest('base64url');
  return `${header}.${payload}.${signature}`;
}

/** Whose rooms they are: of the tenant that the address names, or of the whole server. */
function tenantOf({ hostname, pathname }: URL): string {
  const [tenant] = pathname.split('/').filter((part) => part !== '');
  return (tenant ?? hostname).toLowerCase();
}

/** 128 bits that nobody finds without the secret, in lower case: Jitsi knows no other names of rooms. */
function derived({ key }: MeetingSecret, ...parts: readonly string[]): string {
  return createHmac('sha256', key).update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
