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
  readonly letterOf: (message: Message, reader: Reader) => Letter;
}

interface Logins {
  readonly language: string;
  readonly logins: readonly {
    readonly sub: string;
    /** What they are to the learner: the learner themself (`self`), or a guardian of whatever kind. */
    readonly relation: string;
  }[];
}

interface Delivery extends Notice {
  readonly mailed: ReadonlySet<string>;
  readonly unreachable: ReadonlySet<string>;
}

/** A learner who was deleted meanwhile. */
const gone: Logins = { language: '', logins: [] };

interface Addressed {
  readonly reader: Reader;
  /** Where to write to; undefined where there is no verified address. */
  readonly address: () => Promise<string | undefined>;
}

function addressed(
  key: string,
  language: string,
  why: Reader['why'],
  address: Addressed['address'],
): Addressed {
  return { reader: { key, language, why }, address };
}

/**
 * Mails a notice to each of its readers who does not have it yet. What fails for one reader stops no other; what
 * may pass leaves the delivery due, to be taken up by `resend.job`. Between SES's answer and the note that the
 * reader has the mail the process may die: then it is mailed twice, rather than never.
 */
export function deliverer({ environment, store, loginsOf, letterOf }: Needs) {
  const send = mailer(environment);
  const addressOf = addressBook(environment.PUBLIC_POOL_ID);

  return async function deliver({ noticeId, message, mailed, unreachable }: Delivery) {
    const outcomes: Sent[] = mailed.size > 0 ? ['sent'] : [];
    for (const one of await readersOf(message)) {
      if (mailed.has(one.reader.key) || unreachable.has(one.reader.key)) continue;
      outcomes.push(await tell({ noticeId, message }, one));
    }
    if (outcomes.includes('later')) return;
    await store.end(noticeId, outcomes.includes('sent') ? 'sent' : 'undeliverable');
    log.info('notice done', { noticeId, code: message.kind, count: outcomes.length });
  };

  async function readersOf({ kind, to }: Message): Promise<readonly Addressed[]> {
    switch (to.kind) {
      case 'address':
        return [addressed('address', to.language, 'address', async () => to.email)];
      case 'learner': {
        // That their access has ended is the last that guardians hear.
        const guardians = kind === 'majority-reached' ? 'former' : 'acting';
        const { language, logins } = (await loginsOf(to.learnerId, guardians)) ?? gone;
        return logins.map(({ sub, relation }) =>
          addressed(sub, language, relation === 'self' ? 'self' : 'guardian', () => addressOf(sub)),
        );
      }
    }
  }

  async function tell(
    { noticeId, message }: Notice,
    { reader, address }: Addressed,
  ): Promise<Sent> {
    try {
      const to = await address();
      // A login without a verified address is no fault of anyone's: whoever confirms it reads the app.
      const outcome = to === undefined ? 'refused' : await send(to, letterOf(message, reader));
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
