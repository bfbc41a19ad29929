import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { accountsAt } from '../../bin/account.ts';
import { madeUpName } from '../../bin/person.ts';
import { loadRegion } from '../../regions/load.ts';
import type { People } from '../people.ts';
import { seeded } from '../runtime/disturbances.ts';
import { LearnerJourney } from './crowd-journeys.ts';
import { MortalRegion } from './killing.ts';
import type { Surroundings } from './ledger.ts';
import { Administrator, OfficerJourney } from './officers.ts';

// The region's providers, one for each category. Too few seats, plenty, and no count of them: each is kept another way.
const contested = 'highland';
const limited = 'wayfarer';
const unlimited = 'firefly';

export interface Ordeal {
  /** Draws the moments of the kills and what people wish. */
  readonly seed: number;
  readonly kills: number;
  /** How many of the kills meet the region while it boots. */
  readonly ofThemWhileBooting: number;
  /** Learners who come at a time: after each start, unless more than so many are on their way. */
  readonly learners: number;
  /** Of the contested provider; less than twice `learners`, for so many come even where all is slow. */
  readonly seats: number;
  /** Milliseconds from a start to the next kill at most: as long as those who come are busy, and a bit longer. */
  readonly span: number;
  /** Is told of each kill. */
  readonly report: (line: string) => void;
}

/** A region that is killed again and again, and those who live through it. */
export class Crowd {
  readonly #ordeal: Ordeal;
  readonly #region: MortalRegion;
  readonly #surroundings: Surroundings;
  readonly #administrator: Administrator;
  readonly #learners: LearnerJourney[] = [];
  readonly #officers: OfficerJourney[] = [];
  readonly #journeys: Promise<void>[] = [];
  #onTheirWay = 0;
  readonly #broken = new AbortController();

  /** @param directory - empty; for the region's file and data */
  constructor(ordeal: Ordeal, directory: string) {
    this.#ordeal = ordeal;
    const file = join(directory, 'taebaek.yaml');
    writeFileSync(file, regionWith(ordeal.seats));
    this.#region = new MortalRegion(file, join(directory, 'data'));
    this.#surroundings = { region: this.#region, random: seeded(ordeal.seed) };
    const { firstAdministrator } = loadRegion(file).deployment;
    this.#administrator = new Administrator(this.#surroundings, firstAdministrator);
  }

  /** Kills the region at the moments that the seed draws, while people keep coming. */
  async suffer(): Promise<void> {
    const { kills, ofThemWhileBooting, learners, report } = this.#ordeal;
    const { random } = this.#surroundings;
    const lives = kills - ofThemWhileBooting;
    // The starts that take one more attempt: any of them, the first on no data and the last included.
    const boots = Array.from({ length: ofThemWhileBooting }, () =>
      Math.floor(random() * (lives + 1)),
    );
    const moments = this.#moments(lives);
    for (let life = 0; ; life += 1) {
      for (const _ of boots.filter((boot) => boot === life)) await this.#killBooting();
      await this.#region.start();
      const moment = moments[life];
      if (moment === undefined) break;
      if (this.#onTheirWay <= learners) this.#come();
      await this.#passes(moment);
      await this.#region.kill();
      report(`${moment.toFixed(0)} ms after it was ready; unanswered: ${this.#unanswered()}`);
    }
    await Promise.all(this.#journeys);
  }

  /** All that was acknowledged is so, nothing is there twice, and no seat is lost. */
  async verify(): Promise<void> {
    const { people } = await this.#region.alive();
    // Past the half minute for which a code of an authenticator app that was used is used up.
    await people.control.advance(60);
    await this.#verifyFacts(people);
    const chosen = await Promise.all(
      this.#learners.map((learner) => learner.choose('subject', contested)),
    );
    const { seats } = this.#ordeal;
    expect(chosen.length).toBeGreaterThan(seats);
    expect(chosen.filter((isChosen) => isChosen)).toHaveLength(seats);
    await this.#letSettle(people);
    await this.#verifyFacts(people);
    await Promise.all(this.#learners.map((learner) => verifyAccounts(learner, people)));
  }

  /** Everyone signs in and finds what was acknowledged to them. */
  async #verifyFacts(people: People): Promise<void> {
    this.#administrator.signOut();
    const everyone = [...this.#learners, ...this.#officers];
    await Promise.all(everyone.map((one) => one.signIn(people)));
    await Promise.all(everyone.map(({ ledger }) => ledger.verify(people)));
  }

  end(): Promise<void> {
    return this.#region.kill();
  }

  /** As many moments, each from another part of the span, in any order: few kills meet early and late steps, too. */
  #moments(count: number): readonly number[] {
    const { random } = this.#surroundings;
    const part = this.#ordeal.span / count;
    const moments = Array.from({ length: count }, (_, place) => (place + random()) * part);
    return moments
      .map((moment) => ({ moment, rank: random() }))
      .sort((one, other) => one.rank - other.rank)
      .map(({ moment }) => moment);
  }

  async #killBooting(): Promise<void> {
    const moment = this.#surroundings.random() * 3000;
    await this.#region.boot();
    await this.#passes(moment);
    await this.#region.kill();
    this.#ordeal.report(`${moment.toFixed(0)} ms after it began to boot`);
  }

  /** What people were asking for: a kill in the middle of each of these is what this is about. */
  #unanswered(): string {
    const steps = [...this.#learners, ...this.#officers].map(({ ledger }) => ledger.unanswered);
    return steps.filter((step) => step !== undefined).join(', ') || 'nothing';
  }

  /** As many learners as come at a time, half of whom need the officer who comes with them. */
  #come(): void {
    const officer = new OfficerJourney(this.#surroundings, this.#administrator);
    const arrived = officer.arrive();
    this.#officers.push(officer);
    const learners = Array.from(
      { length: this.#ordeal.learners },
      () => new LearnerJourney(this.#surroundings),
    );
    this.#learners.push(...learners);
    const journeys = learners.map((learner, position) =>
      this.#travel(learner, position % 2 === 0 ? undefined : arrived.then(() => officer)),
    );
    this.#onTheirWay += journeys.length;
    for (const journey of [arrived, ...journeys]) {
      this.#journeys.push(journey);
      // Heard of when all have ended; until then there is no use in going on.
      journey.catch((error: unknown) => this.#broken.abort(error));
    }
  }

  async #travel(learner: LearnerJourney, officer?: Promise<OfficerJourney>): Promise<void> {
    const { random } = this.#surroundings;
    await learner.signUp();
    await learner.writeProfile(madeUpName());
    await learner.writeProfile(madeUpName());
    const applicationId = await learner.apply(officer ? 'out-of-school' : 'low-income');
    if (officer) await learner.beApprovedBy(await officer, applicationId);
    await learner.choose('language', limited);
    await learner.choose('reading', unlimited);
    const found = await learner.choose('subject', contested);
    if (random() < 0.5) await learner.giveBack('language', limited);
    if (random() < 0.5) await learner.giveBack('reading', unlimited);
    if (found && random() < 0.5) await learner.giveBack('subject', contested);
    if (random() < 0.5) await learner.choose('reading', unlimited);
    this.#onTheirWay -= 1;
  }

  /** Lets time pass, unless something was lost already. */
  async #passes(milliseconds: number): Promise<void> {
    const { signal } = this.#broken;
    await sleep(milliseconds, undefined, { signal }).catch(() => signal.throwIfAborted());
  }

  /** Back-offs, what may still come of requests that were lost, and the sweep: fewer hours than these do. */
  async #letSettle({ control }: People): Promise<void> {
    for (let quarter = 0; quarter < 16; quarter += 1) {
      await control.settle();
      await control.advance(15 * 60);
    }
    await control.settle();
  }
}

/** A small region, quick to boot: of one provider there are few seats, of another there is no end. */
function regionWith(seats: number): string {
  const lots = `seats:\n      perArea: 500`;
  const taebaek = readFileSync('regions/taebaek.yaml', 'utf8');
  const [before, between, among, after] = taebaek.split(lots);
  const given = [
    before,
    `seats:\n      perArea: ${seats}`,
    between,
    lots,
    among,
    'seats: unlimited',
  ];
  return [...given, after].join('');
}

async function verifyAccounts(learner: LearnerJourney, people: People): Promise<void> {
  const places = await learner.places(people);
  expect(places.map(({ state }) => state)).toEqual(places.map(() => 'active'));
  const promised = [...learner.promised.values()];
  const held = promised.filter((one) => one.held);
  expect(places.map(({ accountId }) => accountId).sort()).toEqual(
    held.map(({ accountId }) => accountId).sort(),
  );
  for (const { providerId, accountId, held } of promised) {
    const accounts = await accountsAt(people.url, 'taebaek', providerId, accountId);
    expect(
      accounts.map(({ active }) => active),
      `at ${providerId}`,
    ).toEqual(held ? [true] : []);
  }
}
