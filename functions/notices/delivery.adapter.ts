import { describeError, log } from '../runtime/logger.ts';
import type { Message, Notice } from '../runtime/notice.ts';
import { addressBook } from './address.adapter.ts';
import type { Letter, Reader, Sending } from './contract.ts';
import { mailer, type Sent } from './mail.adapter.ts';

/** What a delivery needs of its store, of identity's, and of the rules. */
interface Needs {
  readonly environment: Sending;
  readonly store: {
    readonly noteReader: (
      noticeId: Notice['noticeId'],
      reader: string,
      outcome: 'mailed' | 'unreachable',
    ) => Promise<void>;
    readonly end: (noticeId: Notice['noticeId'], state: 'sent' | 'undeliverable') => Promise<void>;
  };
  /** Who hears of what concerns a learner; undefined where the learner is gone. */
  readonly loginsOf: (
    learnerId: string,
    guardians: 'acting' | 'former',
  ) => Promise<Logins | undefined>;
  /** The login of a mentor; undefined where the mentor is gone. */
  readonly mentorOf: (mentorId: string) => Promise<MentorLogin | undefined>;
  /** Whether a guardian acts for others beside a learner. */
  readonly actsForOthers: (sub: string, learnerId: string) => Promise<boolean>;
  readonly letterOf: (message: Message, reader: Reader) => Letter;
}

interface Logins {
  readonly language: string;
  /** The learner's. */
  readonly name: string;
  readonly logins: readonly {
    readonly sub: string;
    /** What they are to the learner: the learner themself (`self`), or a guardian of whatever kind. */
    readonly relation: string;
  }[];
}

interface MentorLogin {
  readonly sub: string;
  readonly language: string;
  readonly timeZone: string;
}

interface Delivery extends Notice {
  /** When it was sent. */
  readonly since: string;
  readonly mailed: ReadonlySet<string>;
  readonly unreachable: ReadonlySet<string>;
}

/** That their access has ended is the last that guardians hear. */
const toFormer: readonly Message['kind'][] = ['majority-reached', 'majority-without-login'];

/** A learner who was deleted meanwhile. */
const gone: Logins = { language: '', name: '', logins: [] };

interface Addressed {
  readonly reader: Reader;
  /** Where to write to; undefined where there is no verified address. */
  readonly address: () => Promise<string | undefined>;
  /** About whom it is, where the reader has to be told. */
  readonly child?: () => Promise<string | undefined>;
}

/**
 * Mails a notice to each of its readers who does not have it yet. What fails for one reader stops no other; what
 * may pass leaves the delivery due, to be taken up by `resend.job`. Between SES's answer and the note that the
 * reader has the mail the process may die: then it is mailed twice, rather than never.
 */
export function deliverer(needs: Needs) {
  const { environment, store, loginsOf, mentorOf, actsForOthers, letterOf } = needs;
  const send = mailer(environment);
  const addressOf = addressBook(environment.PUBLIC_POOL_ID);

  return async function deliver({ noticeId, message, since, mailed, unreachable }: Delivery) {
    const outcomes: Sent[] = mailed.size > 0 ? ['sent'] : [];
    for (const one of await readersOf(message)) {
      if (mailed.has(one.reader.key) || unreachable.has(one.reader.key)) continue;
      outcomes.push(await tell({ noticeId, message, since }, one));
    }
    if (outcomes.includes('later')) return;
    await store.end(noticeId, outcomes.includes('sent') ? 'sent' : 'undeliverable');
    log.info('notice done', { noticeId, code: message.kind, count: outcomes.length });
  };

  async function readersOf({ kind, to }: Message): Promise<readonly Addressed[]> {
    switch (to.kind) {
      case 'address':
        return [
          {
            reader: { key: 'address', language: to.language, why: 'address' },
            address: async () => to.email,
          },
        ];
      case 'mentor': {
        const mentor = await mentorOf(to.mentorId);
        if (mentor === undefined) return [];
        const { sub, ...reader } = mentor;
        return [{ reader: { key: sub, ...reader, why: 'mentor' }, address: () => addressOf(sub) }];
      }
      case 'learner': {
        const guardians = toFormer.includes(kind) ? 'former' : 'acting';
        const { language, name, logins } = (await loginsOf(to.learnerId, guardians)) ?? gone;
        const childOf = async (sub: string) =>
          (await actsForOthers(sub, to.learnerId)) ? name : undefined;
        return logins.map(({ sub, relation }) => ({
          reader: { key: sub, language, why: relation === 'self' ? 'self' : 'guardian' },
          address: () => addressOf(sub),
          ...(relation === 'self' ? {} : { child: () => childOf(sub) }),
        }));
      }
    }
  }

  async function tell(
    { noticeId, message, since }: Pick<Delivery, keyof Notice | 'since'>,
    { reader, address, child }: Addressed,
  ): Promise<Sent> {
    try {
      const to = await address();
      const told = { ...reader, child: await child?.() };
      // A login without a verified address is no fault of anyone's: whoever confirms it reads the app.
      const outcome = to === undefined ? 'refused' : await send(to, letterOf(message, told), since);
      if (outcome === 'later') return outcome;
      if (outcome === 'refused' && to !== undefined)
        log.error('notice undeliverable', { noticeId });
      await store.noteReader(noticeId, reader.key, outcome === 'sent' ? 'mailed' : 'unreachable');
      return outcome;
    } catch (error) {
      log.error('notice not mailed', { noticeId, ...describeError(error) });
      return 'later';
    }
  }
}
