import { Temporal } from 'temporal-polyfill';
import { expect } from 'vitest';
import type { Application } from '../../functions/eligibility/contract.ts';
import { consentOf } from '../../functions/eligibility/decision.rules.ts';
import { holdsPlace, quotaToday } from '../../functions/eligibility/quota.rules.ts';
import { type Places, partsOf } from '../../functions/enrolment/contract.ts';
import { entriesOf, isListed } from '../../functions/enrolment/place.rules.ts';
import { ageOn, dayIn, policyOn } from '../../regions/calendar.ts';
import { people } from './people.ts';
import { type Snapshot, sum } from './snapshot.ts';
import { town } from './town.ts';

/** How many may be held in an area: its quota, or what was held when a policy cut it below that. */
export type Bounds = Map<string, number>;

/** What holds at every moment, whatever was done and whatever is still to be brought. */
export function holdsAlways(seen: Snapshot, before: Snapshot, bounds: Bounds): void {
  quotas(seen, bounds);
  seats(seen);
  oneOfEach(seen);
  approved(seen, before);
  movedForward(seen, before);
  underAge(seen);
  noNames(seen);
}

function quotas({ applications, lots, moment }: Snapshot, bounds: Bounds): void {
  for (const { id } of town.areas) {
    const held = applications.filter((one) => one.areaId === id && holdsPlace(one.state));
    const counted = sum(lots.get(`QUOTA#${id}`));
    expect(counted, `places counted in ${id}`).toBe(held.length);
    expect(held.filter(({ lot }) => lot === undefined)).toEqual([]);
    const quota = sum(quotaToday(town, id, moment));
    const bound = Math.max(quota, Math.min(bounds.get(id) ?? 0, held.length));
    bounds.set(id, bound);
    expect(counted, `places held in ${id}`).toBeLessThanOrEqual(bound);
  }
}

/** Seats of the town's providers in its areas, those without limit aside. */
const seatLists = town.providers.flatMap(({ id: providerId, seats }) =>
  seats === 'unlimited'
    ? []
    : town.areas.map(({ id: areaId }) => ({
        providerId,
        areaId,
        capacity: seats.areas?.[areaId] ?? seats.perArea,
      })),
);

const seatsAt = ({ providerId, areaId }: { providerId: string; areaId: string }) =>
  `${providerId}#${areaId}`;

function seats({ places, lots, queues, entries }: Snapshot): void {
  for (const { providerId, areaId, capacity } of seatLists) {
    const filled = places.flatMap((row) => Object.values(row.places));
    const held = filled.filter(
      (one) => one.providerId === providerId && one.seat?.areaId === areaId,
    );
    const waits = places
      .flatMap((row) => Object.values(row.waits))
      .filter((wait) => wait.providerId === providerId && wait.areaId === areaId);
    const offered = waits.filter(({ offer }) => offer !== undefined);
    const name = seatsAt({ providerId, areaId });
    const counted = sum(lots.get(`SEATS#${name}`));
    expect(counted, `seats counted at ${name}`).toBe(held.length + offered.length);
    expect(counted, `seats taken at ${name}`).toBeLessThanOrEqual(capacity);
    const waiting = waits.filter(isListed).length;
    expect(queues.get(`SEATS#${name}`) ?? 0, `length of the list of ${name}`).toBe(waiting);
    expect(entries.get(`WAITING#${name}`) ?? 0, `entries in the list of ${name}`).toBe(waiting);
  }
}

/** Row 10: one place in a category, unless the policy of its day says more, and never two with one provider. */
function oneOfEach({ places, ended }: Snapshot): void {
  for (const row of places) {
    const filled = entriesOf(row.places).map(([id, place]) => ({ ...partsOf(id), ...place }));
    for (const { category, number, chosenAt } of filled) {
      const day = dayIn(town, Temporal.Instant.from(chosenAt));
      const most = policyOn(town, day).places[category] ?? 0;
      expect(number, `number of a place of ${category}`).toBeLessThanOrEqual(most);
    }
    const pairs = filled.map(({ category, providerId }) => `${category} ${providerId}`);
    expect(pairs, 'places of one category with one provider').toEqual([...new Set(pairs)]);
  }
  const ids = [...places.flatMap((row) => Object.values(row.places)), ...ended];
  const enrolments = ids.map(({ enrolmentId }) => enrolmentId);
  expect(enrolments.length, 'a place is filled or ended').toBe(new Set(enrolments).size);
}

/** Whatever is still to be brought: no place is chosen, and none is active, without an approval that the row has. */
function approved({ places, applications, learners, today }: Snapshot, before: Snapshot): void {
  const known = new Set(
    before.places.flatMap((row) => Object.values(row.places).map((one) => one.enrolmentId)),
  );
  for (const { places: filled, waits, approval } of places) {
    const all = Object.values(filled);
    if (all.length + Object.values(waits).length > 0)
      expect(approval?.state, 'approval of a learner with places').toMatch(/^(holds|suspended)$/);
    if (all.some(({ state }) => state === 'active'))
      expect(approval?.state, 'approval of an active place').toBe('holds');
    for (const one of all.filter(({ enrolmentId }) => !known.has(enrolmentId))) {
      expect(approval?.state, 'approval of a place just chosen').toBe('holds');
      expect(one.seat === undefined || one.seat.areaId === approval?.areaId).toBe(true);
      const last = approval?.validUntil ?? '';
      expect(last >= today.toString(), `chosen after the last day ${last}`).toBe(true);
    }
  }
  for (const { profile } of learners) {
    const mine = applications.filter(({ learnerId }) => learnerId === profile.learnerId);
    const holding = mine.filter(({ state }) => holdsPlace(state));
    const renewed = holding.map(({ renews }) => renews);
    const single = holding.filter(({ applicationId }) => !renewed.includes(applicationId));
    expect(single.length, 'approvals of one learner').toBeLessThanOrEqual(1);
    for (const { decision } of holding) expect(decision?.outcome).toBe('approved');
  }
}

/** Applications that a decision or an answer has approved since, as opposed to one that was resumed. */
export function justApproved(seen: Snapshot, before: Snapshot): readonly Application[] {
  const was = new Map(before.applications.map((one) => [one.applicationId, one.state]));
  return seen.applications.filter(({ state, applicationId }) => {
    const earlier = was.get(applicationId);
    return state === 'approved' && earlier !== 'approved' && earlier !== 'suspended';
  });
}

/** Edge case 23: a change of a profile that is brought late, or again, undoes nothing that came after it. */
function movedForward({ applications, learners }: Snapshot, before: Snapshot): void {
  const was = new Map(before.applications.map((one) => [one.applicationId, one]));
  for (const one of applications) {
    const earlier = was.get(one.applicationId);
    const record = learners.find(({ profile }) => profile.learnerId === one.learnerId);
    if (earlier === undefined || record === undefined) continue;
    const { profile, updatedAt } = record;
    const areas: readonly string[] = [earlier.areaId, profile.areaId];
    expect(areas, 'areas that an application may be in').toContain(one.areaId);
    const newly = one.because === 'consent-withdrawn' && earlier.because !== one.because;
    const standsSince = consentOf(profile) === 'given' && updatedAt < one.submittedAt;
    expect(newly && standsSince, 'stopped by a word from before it was made').toBe(false);
  }
}

/** Edge case 3, as rows say it; what guardians said is believed by `People`. */
function underAge({ requests, learners, identity, today }: Snapshot): void {
  for (const one of requests) {
    if (!/^(refused|lapsed|withdrawn)$/.test(one.state)) continue;
    if (one.learnerId !== undefined) continue;
    expect(JSON.stringify(one), `a request that is ${one.state}`).not.toMatch(
      /@|birthDate|language|guardianName|이순자/,
    );
  }
  for (const { profile } of learners) {
    const { consentAge } = policyOn(town, today);
    if (ageOn(profile.birthDate, today) >= consentAge) continue;
    expect(profile.consent.state, 'consent of a child').toMatch(/^(granted|conflict|withdrawn)$/);
    const proofs = identity.filter(
      ({ pk, sk }) => pk === `LEARNER#${profile.learnerId}` && /#granted#/.test(String(sk)),
    );
    expect(proofs.length, 'proofs of a guardian’s consent').toBeGreaterThan(0);
  }
}

/** Who somebody is stands in identity only. */
function noNames({ text }: Snapshot): void {
  for (const { names, birthDate, login } of people)
    for (const word of [...names, birthDate, `${login}@`]) expect(text).not.toContain(word);
}

/** What holds once all changes were brought and every job has run. */
export function holdsSettled(seen: Snapshot): void {
  const { applications, places, learners, lots, moment } = seen;
  for (const { id } of town.areas) {
    const waiting = applications.filter((one) => one.areaId === id && one.state === 'waitlisted');
    const free = sum(quotaToday(town, id, moment)) - sum(lots.get(`QUOTA#${id}`));
    expect(waiting.length > 0 && free > 0, `someone waits beside a free place in ${id}`).toBe(
      false,
    );
  }
  for (const list of seatLists) {
    const name = seatsAt(list);
    const free = list.capacity - sum(lots.get(`SEATS#${name}`));
    const waits = (seen.queues.get(`SEATS#${name}`) ?? 0) > 0;
    expect(waits && free > 0, `someone waits beside a free seat of ${name}`).toBe(false);
  }
  for (const { profile, guardians } of learners) {
    const mine = applications.filter(({ learnerId }) => learnerId === profile.learnerId);
    const open = mine.filter(({ state }) => !/^(rejected|lapsed|ended)$/.test(state));
    for (const one of open) expect(one.areaId, 'area of an application').toBe(profile.areaId);
    const valid = open.find(({ state }) => state === 'approved');
    if (profile.consent.state === 'withdrawn')
      expect(open, 'edge case 2: what a withdrawn consent leaves').toEqual([]);
    if (consentOf(profile) === 'missing') expect(valid, 'approved without consent').toBe(undefined);
    if (valid !== undefined) lasts(valid, seen);
    const row = places.find(({ learnerId }) => learnerId === profile.learnerId);
    if (row !== undefined) follows(row, open, seen);
    const age = ageOn(profile.birthDate, seen.today);
    if (age >= policyOn(town, seen.today).majorityAge) expect(guardians, 'guardians').toBe(0);
  }
}

function lasts({ validUntil = '', ageUntil = validUntil }: Application, { today }: Snapshot) {
  expect(validUntil >= today.toString(), `approved until ${validUntil}`).toBe(true);
  expect(ageUntil >= today.toString(), `of age until ${ageUntil}`).toBe(true);
}

function follows(row: Places, open: readonly Application[], { today }: Snapshot): void {
  const filled = Object.values(row.places);
  const waits = Object.values(row.waits);
  if (filled.length + waits.length === 0) return;
  const held = open.filter(({ state }) => state === 'approved' || state === 'suspended');
  const one = held.find(({ applicationId }) => applicationId === row.approval?.applicationId);
  expect(one, 'the approval that places rest on').toBeDefined();
  expect(row.approval).toMatchObject({
    state: one?.state === 'approved' ? 'holds' : 'suspended',
    areaId: one?.areaId,
  });
  expect((row.approval?.validUntil ?? '') >= today.toString()).toBe(true);
  for (const place of filled) {
    expect(place.state).toBe(one?.state === 'approved' ? 'active' : 'suspended');
    expect(place.seat === undefined || place.seat.areaId === one?.areaId).toBe(true);
    const contract = town.providers.find(({ id }) => id === place.providerId)?.contract;
    expect((contract?.until ?? '9') >= today.toString(), 'a provider that has left').toBe(true);
  }
  for (const wait of waits) {
    expect((wait.offer?.until ?? '9') >= today.toString()).toBe(true);
    expect(wait.paused ?? false, 'a wait aside').toBe(one?.state === 'suspended');
  }
}
