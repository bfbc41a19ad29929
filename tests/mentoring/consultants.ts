import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { decodeJwt } from 'jose';
import { z } from 'zod';
import { StaffId } from '../../functions/identity/contract.ts';
import { staffStore } from '../../functions/identity/staff.store.ts';
import { Sub } from '../../functions/runtime/caller.ts';
import { documents } from '../../functions/runtime/dynamodb.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { NoticeRow } from '../../functions/runtime/notice.ts';
import { staffClaims } from '../runtime/requests.ts';
import { village } from '../runtime/village.ts';
import { ask, type learner, routes } from './matches.ts';
import { setTime, sixteen } from './mentorships.ts';

/** By the river there is consulting, on the hill mentoring only (domain.md row 31). */
const { deployment } = village();
const meetings = { via: 'jitsi', url: 'https://meet.example', appId: 'ladder' } as const;
export const there = village({
  mentoring: [sixteen],
  deployment: { ...deployment, meetings },
  areas: [
    { id: 'river', name: { ko: '강', en: 'River' } },
    { id: 'hill', name: { ko: '언덕', en: 'Hill' }, services: ['mentoring'] },
  ],
});

const offer = {
  name: '박상담',
  topics: ['admissions', 'college'],
  languages: ['ko'],
  ways: ['online'],
  timeZone: 'Asia/Seoul',
  weekly: [{ day: 'monday', from: '16:00', until: '18:00' }],
  open: true,
};
export const question = 'Which universities look at my school record?';
/** Monday 9 June 2025, 16:00 in the village, and the half-hours after it. */
export const [first = '', second = '', third = ''] = ['07:00', '07:30', '08:00'].map(
  (time) => `2025-06-09T${time}:00Z`,
);

let count = 0;
export async function consultant(otherwise: object = {}) {
  setTime('2025-06-02T00:00:00Z');
  count += 1;
  const sub = Sub.parse(`consultant-${count}`);
  const staffId = newId(StaffId, 'stf');
  const someone = { staffId, role: 'consultant', state: 'inviting' } as const;
  const claim = { id: `office#${sub}`, fingerprint: '' };
  const input = { email: `${sub}@village.example`, role: 'consultant' } as const;
  await staffStore('identity').invite(someone, input, claim);
  await staffStore('identity').recordInvited({ staff: someone, repeats: 0 }, sub);
  const self = { staffId, claims: staffClaims(sub, 'consultant') };
  const { status } = await ask(self, routes.writeConsulting, { body: { ...offer, ...otherwise } });
  if (status !== 200) throw new Error(`the offer was answered with ${status}`);
  return self;
}
export type Learner = Awaited<ReturnType<typeof learner>>;
export type Consultant = Awaited<ReturnType<typeof consultant>>;

export const book = (
  who: Learner,
  { staffId }: Consultant,
  start: string,
  otherwise: object = {},
) => {
  const body = { staffId, start, way: 'online', topic: 'admissions', question, ...otherwise };
  return ask(who, routes.bookAppointment, { body });
};
export async function booked(who: Learner, with_: Consultant, start: string): Promise<string> {
  const { body } = await book(who, with_, start);
  return routes.bookAppointment.answers.body.parse(body).appointmentId;
}
/** What the server of rooms is told by the address that somebody has got. */
export function visitOf({ body }: Awaited<ReturnType<typeof ask>>) {
  const meeting = routes.readMyMeeting.answers.body.parse(body);
  if (meeting.way === 'offline') throw new Error('it is online');
  const { room, context } = decodeJwt(new URL(meeting.url).searchParams.get('jwt') ?? '');
  const User = z.object({ user: z.object({ name: z.string(), moderator: z.string() }) });
  return { room, ...User.parse(context) };
}
export const refusal = (status: number, code: string) => ({ status, body: { code } });
export const mine = async (who: Learner) => {
  const { body } = await ask(who, routes.listMyAppointments);
  return routes.listMyAppointments.answers.body.parse(body).appointments;
};

/** How often a learner was written to of a kind. */
export async function toldOf({ learnerId }: Learner, kind: string): Promise<number> {
  const { Items = [] } = await documents.send(new ScanCommand({ TableName: 'notices' }));
  const messages = Items.flatMap((item) => NoticeRow.parse(item).message ?? []);
  return messages.filter(
    (one) => one.kind === kind && one.to.kind === 'learner' && one.to.learnerId === learnerId,
  ).length;
}
