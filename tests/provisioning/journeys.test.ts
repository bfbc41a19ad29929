import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { misfitOf } from '../../functions/enrolment/fit.rules.ts';
import { entriesOf, isListed } from '../../functions/enrolment/place.rules.ts';
import { unsettledProviders } from '../../functions/provisioning/rules.ts';
import { dayIn } from '../../regions/calendar.ts';
import { seatsHeld } from '../enrolment/learners.ts';
import { runs } from '../runs.ts';
import { at, firstPolicy, forge, mill, village, well } from '../runtime/village.ts';
import { type Command, Journey } from './journey-model.ts';
import type { ProviderAnswer } from './provider-model.ts';

/** Two places for languages; the well has a seat that others want as well. */
const region = village({
  policies: [{ ...firstPolicy, places: { subject: 1, language: 2, reading: 1 } }],
  providers: [mill, { ...well, seats: { perArea: 2 } }, forge],
});
const placeId = fc.constantFrom('subject', 'language', 'language-2', 'reading');
const providerId = fc.constantFrom('mill', 'well', 'forge');
const answer = fc.constantFrom<ProviderAnswer>(
  'done',
  'refused',
  'lost-after-work',
  'lost-before-work',
  'late',
);

/** Any command; those that make something happen come up more often than those that only repeat. */
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('approve'),
      areaId: fc.constantFrom('river', 'river', 'hill'),
      state: fc.constantFrom('holds', 'holds', 'holds', 'suspended', 'ended'),
      stage: fc.constantFrom('high', 'high', 'high', 'middle'),
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      kind: fc.constantFrom('choose', 'choose', 'choose', 'switch', 'join'),
      placeId,
      providerId,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constantFrom('giveBack', 'stopWaiting', 'promote'), placeId }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('others'),
      providerId: fc.constantFrom('well', 'forge'),
      by: fc.integer({ min: -3, max: 3 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('fallDue') }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('work'), providerId, answer }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('writeBack') }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('catchUp'), providerId }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('sweep') }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait'), minutes: fc.nat(40) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('wait'), minutes: fc.constantFrom(720, 11_520) }),
  },
);
/** A wait from beginning to end, which commands in any order seldom come to. */
const waiting: fc.Arbitrary<Command[]> = fc.constantFrom('reading', 'language').map((place) => [
  { kind: 'others', providerId: 'well', by: 3 },
  { kind: 'join', placeId: place, providerId: 'well' },
  { kind: 'others', providerId: 'well', by: -1 },
  { kind: 'promote', placeId: place },
  { kind: 'choose', placeId: place, providerId: 'well' },
]);
const commands = fc
  .array(
    fc.oneof(
      { weight: 9, arbitrary: command.map((one) => [one]) },
      { weight: 1, arbitrary: waiting },
    ),
    { maxLength: 35 },
  )
  .map((steps) => steps.flat());

/** Runs any journey and looks after every step; fast-check prints the seed and the shortest that fails. */
function always(look: (journey: Journey) => void, atTheEnd?: (journey: Journey) => void) {
  fc.assert(
    fc.property(commands, (steps) => {
      const journey = new Journey(region, at('2025-07-01T12:00'));
      for (const step of steps) {
        journey.run(step);
        look(journey);
      }
      atTheEnd?.(journey);
    }),
    { numRuns: runs(300) },
  );
}

describe('whatever a learner, the providers and the sweep do, in any order and with repeats', () => {
  it('there is no place without an approval that was not ended, and each place once', () => {
    always((journey) => {
      const { row, ended } = journey;
      const places = Object.values(row.places);
      if (row.approval === undefined || row.approval.state === 'ended') {
        expect([...places, ...Object.values(row.waits)]).toEqual([]);
      }
      const ids = [...places, ...ended].map(({ enrolmentId }) => enrolmentId);
      expect(new Set(ids).size, 'live or ended, never both').toBe(ids.length);
      const languages = [row.places.language, row.places['language-2']];
      const providers = languages.flatMap((place) => place?.providerId ?? []);
      expect(new Set(providers).size).toBe(providers.length);
      expect(row.switched).toBeLessThanOrEqual(2);
    });
  });

  it('once the job has looked, nobody has a place whose approval’s last day has passed', () => {
    always((journey) => {
      const { row, now } = journey;
      const today = dayIn(region, now).toString();
      const over = row.approval === undefined || row.approval.validUntil < today;
      const due = row.dueAt !== undefined && Date.parse(row.dueAt) <= now.epochMilliseconds;
      if (over && Object.keys(row.places).length > 0) expect(due, 'or it is about to').toBe(true);
    });
  });

  it('a place that the rules do not grant is in grace, and no other is', () => {
    always(({ row, now }) => {
      for (const [id, place] of entriesOf(row.places)) {
        const misfit = misfitOf(region, row, id, place, now) !== undefined;
        expect(place.graceUntil !== undefined, id).toBe(misfit);
      }
    });
  });

  it('no account is active while the approval is suspended, once it is settled', () => {
    always(({ row }) => {
      const states = Object.values(row.places).map(({ state }) => state);
      expect(states).not.toContain(row.approval?.state === 'suspended' ? 'active' : 'suspended');
    });
  });

  it('the seats taken are those that places and offers hold and those of others, within their bound', () => {
    always(({ row, seats, queues }) => {
      for (const [lot, taken] of seats) {
        const bound = { 'well river 0': 2, 'well hill 0': 2, 'forge river 0': 3 }[lot] ?? 0;
        expect(taken, lot).toBeGreaterThanOrEqual(0);
        expect(taken, lot).toBeLessThanOrEqual(bound);
      }
      for (const providerId of ['well', 'forge']) {
        const lots = [...seats].filter(([lot]) => lot.startsWith(providerId));
        const taken = lots.reduce((sum, [, count]) => sum + count, 0);
        expect(taken).toBeGreaterThanOrEqual(seatsHeld([row], providerId));
      }
      // Who is suspended stands aside, and keeps their place (ADR 19).
      const waiting = Object.values(row.waits).filter(isListed);
      const counted = [...queues.values()].reduce((sum, count) => sum + count, 0);
      expect(counted).toBe(waiting.length);
    });
  });

  it('no account is to be ended that a place wants', () => {
    always(({ row, wanted }) => {
      for (const providerId of wanted) expect(row.endings).not.toHaveProperty(providerId);
    });
  });

  it('no account that nobody wants is forgotten: it is to be ended', () => {
    always(({ row, live, wanted }) => {
      for (const providerId of live) {
        if (!wanted.includes(providerId)) expect(row.endings).toHaveProperty(providerId);
      }
    });
  });

  it('the sweep looks after a learner exactly as long as there is something to do', () => {
    always(({ row }) => {
      expect(row.sweepDue !== undefined).toBe(unsettledProviders(row).length > 0);
    });
  });

  it('in the end every wanted account is there and no other, and all of it is written down', () => {
    always(
      () => {},
      (journey) => {
        journey.comeToRest();
        // What providers were asked for long ago and have not done yet may come now, and must do no harm.
        for (const provider of journey.providers.values()) {
          while (provider.isLate) provider.catchUp();
        }
        const { row, live, wanted } = journey;
        const missing = wanted.filter((id) => !live.includes(id));
        expect(live.filter((id) => !wanted.includes(id))).toEqual([]);
        if (row.approval?.state !== 'suspended') expect(missing).toEqual([]);
        expect(row.endings).toEqual({});
        expect(row).not.toHaveProperty('sweepDue');
        for (const { providerId, state } of Object.values(row.places)) {
          expect(state).not.toBe('pending');
          const provider = journey.providers.get(providerId);
          if (state === 'active') expect(provider?.active).toBe(true);
          // One that was still being made when the approval was suspended is ended instead.
          if (state === 'suspended') expect(provider?.account && provider.active).toBeFalsy();
        }
      },
    );
  });
});

describe('given a request that was lost and is done all the same (edge case 17)', () => {
  const providerId = 'mill';
  const work = (answer: ProviderAnswer): Command => ({ kind: 'work', providerId, answer });
  const begin: Command[] = [
    { kind: 'approve', areaId: 'river', state: 'holds', stage: 'high' },
    { kind: 'choose', placeId: 'subject', providerId },
    work('late'),
  ];
  const withdraw: Command = { kind: 'giveBack', placeId: 'subject' };
  const catchUp: Command = { kind: 'catchUp', providerId };
  const soon: Command = { kind: 'wait', minutes: 5 };
  const later: Command = { kind: 'wait', minutes: 16 };

  it.each<[string, Command[]]>([
    ['after the place was given back', [withdraw, work('done'), soon, catchUp]],
    ['just before we are sure that it never will', [withdraw, work('done'), soon, soon, catchUp]],
    ['after the account was made anew and ended', [work('done'), withdraw, work('done'), catchUp]],
    [
      'after the account was made anew, and ended without our hearing of it',
      [work('done'), withdraw, work('lost-after-work'), catchUp, later],
    ],
    ['while nobody asks any more', [withdraw, catchUp, later]],
  ])('%s: there is no account in the end', (_when, steps) => {
    const journey = new Journey(region, at('2025-07-01T12:00'));
    for (const step of [...begin, ...steps]) journey.run(step);
    journey.comeToRest();
    expect(journey.live).toEqual([]);
    expect(journey.row.endings).toEqual({});
  });
});

describe('given messages that are delivered, each once and without loss', () => {
  it('the sweep is not needed: whatever there is to do has its message', () => {
    const reliable: fc.Arbitrary<Command> = command.filter(
      ({ kind }) => !['work', 'writeBack', 'catchUp', 'sweep', 'wait'].includes(kind),
    );
    fc.assert(
      fc.property(fc.array(reliable, { maxLength: 25 }), (steps) => {
        const journey = new Journey(region, at('2025-07-01T12:00'));
        for (const step of steps) {
          journey.run(step);
          expect([...journey.messages].sort()).toEqual(
            expect.arrayContaining(unsettledProviders(journey.row).toSorted()),
          );
        }
        // Another round is another message, which this loop then comes to.
        for (const id of journey.messages) {
          journey.run({ kind: 'work', providerId: id, answer: 'done' });
          journey.run({ kind: 'writeBack' });
        }
        if (journey.row.approval?.state !== 'suspended') {
          expect(journey.live.toSorted()).toEqual(journey.wanted.toSorted());
        }
        expect(unsettledProviders(journey.row)).toEqual([]);
      }),
      { numRuns: runs(100) },
    );
  });
});
