import { erasureStore } from '../identity/erasure.store.ts';
import { leavingStore } from '../identity/leaving.store.ts';
import type { Sub } from '../runtime/caller.ts';
import { now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { Conflict, NotFound } from '../runtime/errors.ts';
import type { Call } from '../runtime/http.ts';
import { sendNotice } from '../runtime/notice.ts';
import { region } from '../runtime/region.ts';
import { beginStore } from './begin.store.ts';
import { type DeletionId, type privacy, privacyEnvironments, type Subject } from './contract.ts';
import { receiptOf } from './deletion.rules.ts';
import { logins } from './login.adapter.ts';
import { deletionStore, markOf } from './store.ts';

const environment = readEnvironment(privacyEnvironments.api);
const { PRIVACY_TABLE, IDENTITY_TABLE, NOTICES_TABLE } = environment;
const deletions = deletionStore(PRIVACY_TABLE);
const beginnings = beginStore({ privacy: PRIVACY_TABLE, identity: IDENTITY_TABLE }, region);
const leaving = leavingStore(IDENTITY_TABLE, region);
const identity = erasureStore(IDENTITY_TABLE);
const pool = logins(environment.PUBLIC_POOL_ID);

type Routes = typeof privacy.routes;

async function deleteMe({ caller, query, apiUrl }: Call<Routes['deleteMe']>) {
  const askedBy = markOf(caller.sub);
  const { learnerId } = query;
  const before = await beginnings.findOf(
    learnerId === undefined ? { sub: caller.sub } : { learnerId },
  );
  // A child's deletion is told to the guardian who asked for it, and to nobody who only knows an id.
  if (before !== undefined && (learnerId === undefined || before.askedBy === askedBy)) {
    return { body: { deletionId: before.deletionId } };
  }
  const found = await leaving.leaverOf(caller.sub, learnerId);
  if (found.kind === 'no-such-child') throw noSuchChild();
  if (found.kind === 'consent-is-own') throw consentIsOwn();
  const { leaver, language = region.languages[0] ?? '' } = found;
  const told = await addressesOf(caller.sub, leaver);
  const [email] = told;
  const begun = await beginnings.begin(
    leaver,
    (deletionId) => {
      const link = linkTo(apiUrl, deletionId);
      const facts = { link };
      return {
        askedBy,
        mail: email === undefined ? undefined : { email, language, link },
        along: () =>
          told.map((address) => {
            const to = { kind: 'address', email: address, language } as const;
            return sendNotice(NOTICES_TABLE, { kind: 'deletion-begun', to, facts });
          }),
      };
    },
    now(),
  );
  if (begun.kind === 'begun') return { body: { deletionId: begun.deletionId } };
  throw childrenDepend();
}

/** Who hears that it has begun: whoever asks, and all who act for the learner, for nobody can take it back. */
async function addressesOf(sub: Sub, { learnerId }: Subject): Promise<readonly string[]> {
  const [own, ties] = await Promise.all([
    pool.addressOf(sub),
    learnerId === undefined ? [] : identity.loginsOf(learnerId),
  ]);
  const others = ties.filter((tie) => tie.sub !== sub).map(({ email }) => email);
  return [...new Set([...(own === undefined ? [] : [own]), ...others])];
}

const linkTo = (apiUrl: string, deletionId: DeletionId) => `${apiUrl}/deletions/${deletionId}`;

async function readReceipt({ params }: Call<Routes['readReceipt']>) {
  const found = await deletions.read(params.deletionId);
  if (found !== undefined) return { body: receiptOf(found) };
  throw new NotFound({
    code: 'no-such-deletion',
    detail:
      'There is no deletion of this id, or its receipt is forgotten. DELETE /me answers the id.',
  });
}

function noSuchChild(): NotFound {
  return new NotFound({
    code: 'no-such-child',
    detail: 'You act for no such child. GET /me/learners lists whom you may act for.',
  });
}

function consentIsOwn(): Conflict {
  return new Conflict({
    code: 'consent-is-own',
    detail: 'The learner has spoken about consent themself. Only they can delete their account.',
  });
}

function childrenDepend(): Conflict {
  return new Conflict({
    code: 'children-depend',
    detail:
      'A child without a login has nobody but you. Delete its account first, invite another guardian with POST /me/children/{learnerId}/guardians, or have whoever has come of age sign in with POST /me/children/{learnerId}/login.',
  });
}

/** What people do with deletions. */
export const deleting = { deleteMe, readReceipt };
