import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LearnerId, ProfileInput } from '../../functions/identity/contract.ts';
import { identityStore } from '../../functions/identity/store.ts';
import { newToken, tokenStore } from '../../functions/identity/token.store.ts';
import { Sub } from '../../functions/runtime/caller.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { conflicts, delayedReads, seeded } from '../runtime/disturbances.ts';

let cloud: Cloud;
const store = identityStore('identity');

beforeAll(async () => {
  cloud = await openCloud();
  await cloud.createTable('identity');
});
afterAll(() => cloud.close());

const email = 'haneul@village.example';
const then = '2025-07-01T00:00:00.000Z';
const later = '2025-07-02T00:00:00.000Z';

const profile = (otherwise: object = {}) =>
  ProfileInput.parse({
    name: '김하늘',
    birthDate: '2009-05-20',
    stage: 'high',
    areaId: 'river',
    language: 'ko',
    ...otherwise,
  });

let logins = 0;
/** A login that nobody has used yet. */
function newSub(): Sub {
  logins += 1;
  return Sub.parse(`login-${logins}`);
}

const newLearner = () => newId(LearnerId, 'lrn');

/** Replaces a profile on a version, as `PUT /me` does. */
async function replaceProfile(learnerId: LearnerId, input: ProfileInput, seen: number) {
  const record = await store.readRecord(learnerId);
  if (record === undefined) return false;
  const changed = { profile: { ...record.profile, ...input }, version: seen, updatedAt: later };
  return store.keep([store.putRecord({ ...record, ...changed }, undefined)]);
}

/** A login that is a learner. */
async function learner() {
  const [sub, learnerId] = [newSub(), newLearner()];
  expect(await store.createLearner(sub, email, learnerId, profile(), then)).toBe(true);
  return { sub, learnerId };
}

describe('given a login without a learner', () => {
  it('is nobody', async () => {
    const sub = newSub();
    expect(await store.learnerIdOf(sub)).toBe(undefined);
    expect(await store.learnerOf(sub)).toBe(undefined);
  });

  it('when it becomes one, is that learner from the next read on (edge 40)', async () => {
    const { sub, learnerId } = await learner();
    expect(await store.learnerIdOf(sub)).toBe(learnerId);
    expect(await store.learnerOf(sub)).toEqual({
      profile: { learnerId, ...profile(), consent: { state: 'not-needed' } },
      version: 1,
    });
  });

  it('when it writes its first profile twenty times at once, becomes one learner', async () => {
    const sub = newSub();
    const ids = Array.from({ length: 20 }, newLearner);
    const created = await Promise.all(
      ids.map((id) => store.createLearner(sub, email, id, profile(), then)),
    );
    expect(created.filter(Boolean)).toHaveLength(1);
    expect(await store.learnerIdOf(sub)).toBe(ids[created.indexOf(true)]);
  });

  it('becomes one learner also while transactions conflict', async () => {
    cloud.disturb(conflicts(seeded(6), 0.3));
    const sub = newSub();
    const created = await Promise.all(
      Array.from({ length: 10 }, () =>
        store.createLearner(sub, email, newLearner(), profile(), then),
      ),
    );
    cloud.disturb(undefined);
    expect(created.filter(Boolean)).toHaveLength(1);
  });

  it('leaves nothing of a learner that it did not become', async () => {
    const { sub } = await learner();
    const second = newLearner();
    expect(await store.createLearner(sub, email, second, profile(), then)).toBe(false);
    expect(await store.readRecord(second)).toBe(undefined);
  });
});

describe('given a learner, when the profile is replaced', () => {
  const moved = profile({ name: '김노을', stage: 'lifelong', areaId: 'hill', language: 'en' });

  it('holds all of the new profile and the next version', async () => {
    const { sub, learnerId } = await learner();
    expect(await replaceProfile(learnerId, moved, 1)).toBe(true);
    expect(await store.learnerOf(sub)).toMatchObject({
      profile: { learnerId, ...moved },
      version: 2,
    });
  });

  it.each([0, 2, 999])(
    'is refused on version %i of version 1, and stays as it was',
    async (seen) => {
      const { sub, learnerId } = await learner();
      expect(await replaceProfile(learnerId, moved, seen)).toBe(false);
      expect(await store.learnerOf(sub)).toMatchObject({ version: 1, profile: profile() });
    },
  );

  it('of twenty writes on the same version, takes one', async () => {
    const { sub, learnerId } = await learner();
    cloud.disturb(delayedReads(seeded(20), 30));
    const taken = await Promise.all(
      Array.from({ length: 20 }, () => replaceProfile(learnerId, moved, 1)),
    );
    cloud.disturb(undefined);
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await store.learnerOf(sub)).toMatchObject({ version: 2 });
  });
});

describe('given a mailed link', () => {
  const tokens = tokenStore('identity');
  const inAnHour = () => Math.floor(Date.now() / 1000) + 3600;

  it('is used up by one login, whatever else is written', async () => {
    const { token, hash } = newToken();
    const purpose = { kind: 'self', learnerId: newLearner(), expiresAt: inAnHour() } as const;
    expect(await store.keep([tokens.makeLink(hash, purpose)])).toBe(true);
    const [first, second] = [newSub(), newSub()];
    expect(await store.keep([tokens.useLink(token, first)])).toBe(true);
    expect(await store.keep([tokens.useLink(token, second)])).toBe(false);
    expect(await tokens.readLink(token)).toMatchObject({ ...purpose, usedBy: first });
  });

  it('is none when its time is over, also before DynamoDB has deleted it; and no made-up one is', async () => {
    const { token, hash } = newToken();
    const purpose = {
      kind: 'self',
      learnerId: newLearner(),
      expiresAt: inAnHour() - 3600,
    } as const;
    await store.keep([tokens.makeLink(hash, purpose)]);
    expect(await tokens.readLink(token)).toBe(undefined);
    expect(await store.keep([tokens.useLink(newToken().token, newSub())])).toBe(false);
  });
});
