import type { Region } from '../../regions/schema.ts';
import { epochSeconds, type now } from '../runtime/clock.ts';
import type { TransactItem } from '../runtime/dynamodb.ts';
import { sendNotice } from '../runtime/notice.ts';
import { dueOf } from './consent.rules.ts';
import { consentStore, type Request } from './consent.store.ts';
import type { ConsentState } from './contract.ts';
import { dueDay, growingOf } from './growing.rules.ts';
import { endOf } from './link.rules.ts';
import { proofOf } from './proof.store.ts';
import { identityStore, type LearnerRecord } from './store.ts';
import { consentAnswered } from './word.rules.ts';

type Moment = ReturnType<typeof now>;

/** What follows from a change of a request for consent, in the tables of these names. */
export function outcomeStore(
  tables: { readonly identity: string; readonly notices: string },
  region: Region,
) {
  const learners = identityStore(tables.identity);
  const requests = consentStore(tables.identity);

  /**
   * Keeps a changed request with all that follows from it, in one transaction: what the child may do, what is
   * deleted, who hears of it. False where something of it has changed since it was read. Capacity: 2 write units
   * for each row, at most 20.
   *
   * @param more - what goes along with it
   */
  async function settle(
    before: Request,
    next: Request,
    moment: Moment,
    more: readonly TransactItem[] = [],
  ): Promise<boolean> {
    const items = [...purges(before, next), ...tells(before, next), ...more];
    const record =
      next.learnerId === undefined ? undefined : await learners.readRecord(next.learnerId);
    if (record !== undefined)
      items.push(...changes(record, next, moment), ...answers(before, next));
    return (await requests.keepRequest(next, dueOf(next), items)).done;
  }

  /** The writes that let go of the login of a request that ended without consent. */
  function purges({ login, consentId, answerBy }: Request, next: Request): TransactItem[] {
    // The login of a learner who asked again stays theirs.
    if (login === undefined || next.login !== undefined || next.learnerId !== undefined) return [];
    return [requests.forget(consentId, login.sub, epochSeconds(endOf(region, answerBy)))];
  }

  /** What the child hears of its request. */
  function tells({ login, language, state }: Request, next: Request): TransactItem[] {
    if (login === undefined || language === undefined || state === next.state) return [];
    const to = { kind: 'address', email: login.email, language } as const;
    if (next.state === 'granted')
      return [sendNotice(tables.notices, { kind: 'consent-granted', to, facts: {} })];
    if (next.login !== undefined) return [];
    const kind = next.state === 'lapsed' ? 'consent-lapsed' : 'consent-refused';
    return [sendNotice(tables.notices, { kind, to, facts: {} })];
  }

  /** The proofs of what guardians have answered since, where there is a learner to keep them beside. */
  function answers(before: Request, next: Request): TransactItem[] {
    const given = next.guardians.filter(
      ({ answer }, position) => answer !== before.guardians[position]?.answer,
    );
    return proofsOf(next, given);
  }

  /** The proofs of guardians' answers, beside the learner that came of a request. */
  function proofsOf(request: Request, guardians = request.guardians): TransactItem[] {
    const { learnerId, policyVersion, textVersion } = request;
    return guardians.flatMap(({ answer, answeredAt, tokenHash, name, relation }) => {
      if (learnerId === undefined || answer === undefined || answeredAt === undefined) return [];
      const by =
        name === undefined || relation === undefined
          ? { tokenHash }
          : { name, relation, tokenHash };
      const proof = { word: answer, at: answeredAt, policyVersion, textVersion, by };
      return [proofOf(tables.identity, learnerId, proof)];
    });
  }

  /** How a request that is decided changes the learner that came of it. */
  function changes(record: LearnerRecord, { state, after }: Request, moment: Moment) {
    if (state !== 'granted' && state !== 'conflict' && state !== 'withdrawn') return [];
    const learner = { consent: record.profile.consent.state, since: record.updatedAt };
    return changeConsent(record, consentAnswered(learner, state, after), moment);
  }

  /** The writes that change a learner's consent, none where it stays; fail where the learner has changed. */
  function changeConsent(
    record: LearnerRecord,
    state: ConsentState,
    moment: Moment,
  ): TransactItem[] {
    const { profile, own } = record;
    // Nobody's word sets going again what is being deleted.
    if (profile.consent.state === state || record.leaving) return [];
    const { learnerId } = profile;
    const at = moment.toString({ smallestUnit: 'millisecond' });
    const next: LearnerRecord = {
      ...record,
      profile: { ...profile, consent: { state } },
      updatedAt: at,
      own: state === 'own-needed' ? own : undefined,
    };
    const to = { kind: 'learner', learnerId } as const;
    return [
      learners.putRecord(next, dueDay(region, growingOf(next))),
      ...(state === 'withdrawn'
        ? [sendNotice(tables.notices, { kind: 'consent-withdrawn', to, facts: {} })]
        : []),
    ];
  }

  return { settle, changeConsent, proofsOf };
}
