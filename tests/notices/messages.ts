import {
  type CalendarEvent,
  factsByKind,
  Message,
  type NoticeKind,
} from '../../regions/notices.ts';

/** What stands for each form of fact in these tests. */
const samples = {
  day: '2026-03-05',
  moment: '2026-03-05T07:00:00.000Z',
  link: 'https://learn.village.example/consent#token=a&b',
  group: 'out-of-school',
  provider: 'mill',
} as const;

/** A session, for kinds of notices that bring one. */
export const event: CalendarEvent = {
  uid: 'ses_3k9d7p2mx5t8w0qz6r4hvc1jbn@village',
  sequence: 0,
  start: samples.moment,
  minutes: 30,
  cancelled: false,
};

export const learnerId = 'lrn_3k9d7p2mx5t8w0qz6r4hvc1jbn';

/** A message of a kind with all its facts, to whomever it may go. */
export function messageOf(kind: NoticeKind): Message {
  const facts = [...(factsByKind.get(kind) ?? [])].map(([name, form]) => [name, samples[form]]);
  const learner = { kind: 'learner', learnerId };
  const address = { kind: 'address', email: 'parent@village.example', language: 'ko' };
  const mentor = { kind: 'mentor', mentorId: 'mnt_3k9d7p2mx5t8w0qz6r4hvc1jbn' };
  const recipients = [learner, mentor, address].flatMap((to) =>
    [{}, { events: [event] }].map((more) =>
      Message.safeParse({ kind, to, facts: Object.fromEntries(facts), ...more }),
    ),
  );
  const taken = recipients.find(({ success }) => success);
  if (taken?.data === undefined) throw new Error(`nobody may be sent "${kind}"`);
  return taken.data;
}

export const kinds = [...factsByKind.keys()];
