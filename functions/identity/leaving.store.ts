import type * as z from 'zod';
import type { Region } from '../../regions/schema.ts';
import type { Sub } from '../runtime/caller.ts';
import type { Moment } from '../runtime/clock.ts';
import type { TransactItem } from '../runtime/dynamodb.ts';
import { closed, isOpen } from './consent.rules.ts';
import { consentStore } from './consent.store.ts';
import type { LearnerId, Profile } from './contract.ts';
import { erasureStore, type Leaver } from './erasure.store.ts';
import { dueDay, growingOf } from './growing.rules.ts';
import { guardianStore } from './guardian.store.ts';
import { mentorStore } from './mentor.store.ts';
import { learnerKey, loginKey, type SelfRow } from './rows.store.ts';
import { identityStore, type LearnerRecord } from './store.ts';
import { tiesAre, tiesOf } from './tie.store.ts';

/** Who leaves, as whom a caller asks for it; or why not. */
export type Leaving =
  | {
      readonly kind: 'leaver';
      readonly leaver: Leaver;
      readonly language: Profile['language'] | undefined;
    }
  | { readonly kind: 'no-such-child' }
  | { readonly kind: 'consent-is-own' };

/** The writes by which somebody leaves, with all that they are; or why not. */
export type Farewell =
  | {
      readonly kind: 'items';
      readonly items: readonly TransactItem[];
      readonly leaver: Leaver;
      /** Children without a login who have nobody after it. */
      readonly alone: readonly LearnerId[];
    }
  | { readonly kind: 'children-depend' };

/** How somebody leaves. */
export interface Parting {
  readonly at: string;
  readonly now: Moment;
  /** Whether it was judged elsewhere, in another state of the rows, that they may: children do not keep them. */
  readonly isJudged: boolean;
}

type Links = Awaited<ReturnType<ReturnType<typeof identityStore>['linksOf']>>;

/** Accounts that are to be deleted: `table` is the identity table's name. */
export function leavingStore(table: string, region: Region) {
  const learners = identityStore(table);
  const guardians = guardianStore(table);
  const mentors = mentorStore(table);
  const requests = consentStore(table);
  const erasure = erasureStore(table);

  /**
   * Who leaves when a login asks for it: without a name the login with all that it is; a guardian names a child, which
   * has not spoken for itself yet (ADR 12). Capacity: 2 to 5 read units in as many requests.
   */
  async function leaverOf(sub: Sub, wanted: LearnerId | undefined): Promise<Leaving> {
    const { self, wards } = await learners.linksOf(sub);
    if (wanted === undefined || wanted === self?.learnerId) return ofLogin(sub, self?.learnerId);
    if (!wards.some(({ learnerId }) => learnerId === wanted)) return { kind: 'no-such-child' };
    if (await guardians.hasSpoken(wanted)) return { kind: 'consent-is-own' };
    return ofLearner(wanted);
  }

  async function ofLogin(sub: Sub, learnerId: LearnerId | undefined): Promise<Leaving> {
    const [mentorId, record] = await Promise.all([
      mentors.mentorIdOf(sub),
      learnerId === undefined ? undefined : learners.readRecord(learnerId),
    ]);
    const person = mentorId === undefined ? undefined : await mentors.readMentor(mentorId);
    const language = record?.profile.language ?? person?.person.language;
    return { kind: 'leaver', leaver: { learnerId, mentorId, sub }, language };
  }

  /** A learner with the login that they have, and with what that is. Capacity: 2 to 4 read units. */
  async function ofLearner(learnerId: LearnerId): Promise<Leaving> {
    const own = (await erasure.loginsOf(learnerId)).find(({ relation }) => relation === 'self');
    if (own !== undefined) return ofLogin(own.sub, learnerId);
    const record = await learners.readRecord(learnerId);
    return { kind: 'leaver', leaver: { learnerId }, language: record?.profile.language };
  }

  /**
   * The writes by which somebody leaves: no login acts for the learner any more, the login becomes nothing else, and consent
   * is withdrawn, on which all that goes on rests (edge case 2). They fail where something is not as it was read, also where
   * the login has become something meanwhile. Done before, they are none. Capacity: 5 to 10 read units, 2 write units for
   * each link, 4 for each child.
   */
  async function farewell(asked: Leaver, { at, now, isJudged }: Parting): Promise<Farewell> {
    const { sub } = asked;
    // First: what is read after it is all that there is, or the writes fail.
    const fence = sub === undefined ? undefined : await tiesOf(table, sub);
    const links = sub === undefined ? undefined : await learners.linksOf(sub);
    const leaver = sub === undefined ? asked : await wholeOf(sub, asked, links?.self);
    const { learnerId } = leaver;
    const record = learnerId === undefined ? undefined : await learners.readRecord(learnerId);
    const children = links === undefined ? [] : await childrenOf(links);
    // The one who acts for a child that cannot act itself does not leave it behind, nor the last one who could name an
    // address for a child that came of age without a login.
    const depending = children.filter(({ record: child, ties }) => !child.ownLogin && ties < 2);
    if (depending.length > 0 && !isJudged) return { kind: 'children-depend' };
    const items = [
      ...(record === undefined || record.leaving ? [] : await leaveAsLearner(record, at)),
      ...(sub === undefined ? [] : [tiesAre(table, sub, fence)]),
      ...(sub === undefined ? [] : await leaveAsLogin(sub, links?.self, leaver, now)),
      ...(sub === undefined ? [] : children.flatMap((child) => leaveChild(sub, child.record))),
    ];
    const alone = depending.map(({ record: child }) => child.profile.learnerId);
    return { kind: 'items', items, leaver, alone };
  }

  /**
   * The writes by which a learner leaves who goes on elsewhere, and nobody else: their login leaves only where it is nothing
   * beside them. A mentor stays a mentor, a guardian stays a guardian; the login is not this learner any more. Capacity: as
   * `farewell`.
   *
   * @param asked - a learner; the login, where no row tells it any more
   */
  async function release(asked: Leaver, { at, now }: Parting): Promise<Farewell> {
    const { learnerId } = asked;
    if (learnerId === undefined) throw new RangeError('a release is of a learner');
    const ties = await erasure.loginsOf(learnerId);
    const sub = ties.find(({ relation }) => relation === 'self')?.sub ?? asked.sub;
    // First, as in `farewell`.
    const fence = sub === undefined ? undefined : await tiesOf(table, sub);
    const record = await learners.readRecord(learnerId);
    const asLearner =
      record === undefined || record.leaving ? [] : await leaveAsLearner(record, at);
    if (sub === undefined) return itemsOf(asLearner, { learnerId });
    const [{ self, wards, former }, mentorId] = await Promise.all([
      learners.linksOf(sub),
      mentors.mentorIdOf(sub),
    ]);
    const isThis = self?.learnerId === learnerId;
    const isMore = mentorId !== undefined || wards.length + former.length > 0;
    if (isMore || (self !== undefined && !isThis && !self.leaving)) {
      const unlinked = isThis ? [removeSelf(sub, learnerId)] : [];
      return itemsOf([...asLearner, ...unlinked], { learnerId });
    }
    const asLogin = await leaveAsLogin(sub, self, { learnerId }, now);
    return itemsOf([...asLearner, tiesAre(table, sub, fence), ...asLogin], { learnerId, sub });
  }

  const itemsOf = (items: readonly TransactItem[], leaver: Leaver) =>
    ({ kind: 'items', items, leaver, alone: [] }) as const;

  /** The login is nobody's any more, and may become a learner again. */
  const removeSelf = (sub: Sub, learnerId: LearnerId): TransactItem => ({
    Delete: {
      TableName: table,
      Key: { pk: loginKey(sub), sk: 'SELF' },
      ConditionExpression: 'learnerId = :learner',
      ExpressionAttributeValues: { ':learner': learnerId },
    },
  });

  /** What a login is by now: it may have become a learner or a mentor since somebody asked. */
  async function wholeOf(sub: Sub, asked: Leaver, self: Links['self']): Promise<Leaver> {
    const mentorId = asked.mentorId ?? (await mentors.mentorIdOf(sub));
    return { learnerId: asked.learnerId ?? self?.learnerId, mentorId, sub };
  }

  /** The children of a login, with how many are tied to each: also those of age who have no login but the one they are offered. */
  async function childrenOf({ wards, former }: Pick<Links, 'wards' | 'former'>) {
    const found = await guardians.readLearners(
      [...wards, ...former].map(({ learnerId }) => learnerId),
    );
    const grown = new Set(former.map(({ learnerId }) => learnerId));
    return Promise.all(
      found.map(async (record) => {
        const { learnerId } = record.profile;
        const ties = grown.has(learnerId)
          ? (await learners.guardiansOf(learnerId)).length
          : record.guardians;
        return { record, ties };
      }),
    );
  }

  async function leaveAsLearner(record: LearnerRecord, at: string): Promise<TransactItem[]> {
    const { profile } = record;
    const left: LearnerRecord = {
      ...record,
      profile: { ...profile, consent: { state: 'withdrawn' } },
      own: undefined,
      updatedAt: at,
      leaving: true,
    };
    const ties = await erasure.loginsOf(profile.learnerId);
    const acting = ties.filter(({ relation }) => relation !== 'self');
    return [
      learners.putRecord(left, undefined),
      ...acting.map(({ sub }) => remove(loginKey(sub), `WARD#${profile.learnerId}`)),
    ];
  }

  async function leaveAsLogin(
    sub: Sub,
    self: Links['self'],
    { learnerId, mentorId }: Leaver,
    now: Moment,
  ): Promise<TransactItem[]> {
    const asked = self?.consentId;
    const request = asked === undefined ? undefined : await requests.readRequest(asked);
    const row = { pk: loginKey(sub), sk: 'SELF' as const, leaving: true as const };
    const isOf =
      learnerId === undefined ? 'attribute_not_exists(learnerId)' : 'learnerId = :learner';
    return [
      {
        Put: {
          TableName: table,
          Item: row satisfies z.input<typeof SelfRow>,
          ConditionExpression: `attribute_not_exists(pk) OR leaving = :yes OR ${isOf}`,
          ExpressionAttributeValues: {
            ':yes': true,
            ...(learnerId === undefined ? {} : { ':learner': learnerId }),
          },
        },
      },
      ...(mentorId === undefined ? [] : [remove(loginKey(sub), 'MENTOR')]),
      ...(request !== undefined && isOpen(request)
        ? [requests.putRequest(closed(request, now), undefined)]
        : []),
    ];
  }

  /** One guardian fewer; the child's version is the fence of how many there are. */
  function leaveChild(sub: Sub, record: LearnerRecord): TransactItem[] {
    const next = { ...record, guardians: Math.max(0, record.guardians - 1) };
    const { learnerId } = record.profile;
    return [
      learners.putRecord(next, dueDay(region, growingOf(next))),
      remove(loginKey(sub), `WARD#${learnerId}`),
      remove(learnerKey(learnerId), `LOGIN#${sub}`),
    ];
  }

  const remove = (pk: string, sk: string): TransactItem => ({
    Delete: { TableName: table, Key: { pk, sk } },
  });

  return { leaverOf, ofLearner, ofLogin, farewell, release };
}
