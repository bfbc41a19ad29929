import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import type { Mentor } from '../../functions/mentoring/mentor.contract.ts';
import { applyOffer } from '../../functions/mentoring/mentor.rules.ts';
import {
  checkStateOn,
  lookAtMentor,
  mentorDue,
} from '../../functions/mentoring/mentor-due.rules.ts';
import { comesTo, decideOn, renewCheckOf } from '../../functions/mentoring/vetting.rules.ts';
import { AreaId, EvidenceId } from '../../regions/schema.ts';
import { at, village } from '../runtime/village.ts';
import { newMentorId, offer, vettingVillage as region, vetted } from './mentors.ts';

const now = at('2025-06-02T09:00');

function mentor(otherwise: Partial<Mentor> = {}): Mentor {
  const who = { mentorId: newMentorId(), nominatedBy: undefined, formerMember: false };
  const applied = applyOffer(region, offer(), undefined, who, now);
  if ('code' in applied) throw new Error(applied.code);
  return { ...applied, ...otherwise };
}

type Paper = Parameters<typeof decideOn>[2]['papers'][number];
const paper = (id: string, expiresOn?: string, state: Paper['state'] = 'clean'): Paper => ({
  evidenceId: EvidenceId.parse(id),
  state,
  expiresOn,
});
const card = paper('student-card');
const check = paper('background-check', '2026-05-31');

const select = (checkUntil: string | undefined, papers: readonly Paper[] = [card, check]) =>
  decideOn(mentor(), { outcome: 'selected', reason: 'Good.', checkUntil }, { region, papers, now });

describe('given an applicant whom a coordinator selects', () => {
  it('is a mentor whose check holds until the day that was said', () => {
    expect(select('2026-05-31')).toMatchObject({
      state: 'selected',
      since: '2025-06-02T00:00:00.000Z',
      checkUntil: '2026-05-31',
      decision: { outcome: 'selected', reason: 'Good.' },
    });
  });

  it.each<[what: string, code: string, until: string | undefined, papers?: readonly Paper[]]>([
    ['without a day of the check', 'check-needed', undefined],
    ['with a check that ends today', 'check-needed', '2025-06-02'],
    ['with a check beyond its paper', 'check-beyond-paper', '2026-06-01'],
    ['without a paper', 'papers-missing', '2026-05-31', [check]],
    [
      'with a paper that nobody scanned',
      'papers-missing',
      '2026-05-31',
      [card, paper('background-check', '2026-05-31', 'quarantined')],
    ],
    [
      'with a paper that has expired',
      'papers-missing',
      '2026-05-31',
      [card, paper('background-check', '2025-06-01')],
    ],
  ])('is refused %s: %s', (_what, code, until, papers) => {
    expect(select(until, papers)).toMatchObject({ because: 'rule', code });
  });

  it('needs nothing of the kind where the policy asks for nothing', () => {
    const { evidence, ...rest } = vetted;
    const grounds = { region: village({ mentoring: [rest] }), papers: [], now };
    const selected = decideOn(mentor(), { outcome: 'selected', reason: 'Good.' }, grounds);
    expect(selected).toMatchObject({ state: 'selected' });
    expect(selected).not.toHaveProperty('checkUntil');
  });

  it.each(['selected', 'rejected', 'suspended', 'left'] as const)(
    'is refused where they are %s',
    (state) => {
      const decision = { outcome: 'rejected', reason: 'No.' } as const;
      expect(decideOn(mentor({ state }), decision, { region, papers: [], now })).toMatchObject({
        because: 'state',
        code: 'already-decided',
      });
    },
  );

  it('can be rejected without a paper', () => {
    const decision = { outcome: 'rejected', reason: 'No.' } as const;
    const rejected = decideOn(mentor(), decision, { region, papers: [], now });
    expect(rejected).toMatchObject({ state: 'rejected', decision });
  });
});

describe('given a coordinator of one area', () => {
  const [river, hill] = [AreaId.parse('river'), AreaId.parse('hill')];
  const there = { state: 'selected', ways: ['offline'], areas: [river] } as const;

  it.each<[Partial<Mentor>, AreaId, boolean]>([
    [{ ...there, ways: ['offline'], areas: [river] }, river, true],
    [{ ...there, ways: ['offline'], areas: [river] }, hill, false],
    [{ state: 'selected', ways: ['online', 'offline'], areas: [river] }, hill, true],
    [{ state: 'applied', ways: ['online'] }, river, false],
    [{ state: 'suspended', ways: ['online'] }, river, false],
  ])('of %o in %s sees them: %s', (otherwise, areaId, sees) => {
    expect(comesTo(mentor(otherwise), areaId)).toBe(sees);
  });
});

const fresh = { checkReminded: false, checkHeld: false };
const checked = (checkUntil: string) => mentor({ state: 'selected', checkUntil });

describe('given the background check of a mentor (edge case 34)', () => {
  it.each([
    ['2025-06-30', 'valid'],
    ['2025-07-01', 'expired'],
  ])('on %s, one that ends on 30 June is %s', (day, state) => {
    expect(checkStateOn(checked('2025-06-30'), Temporal.PlainDate.from(day))).toBe(state);
    expect(checkStateOn(mentor(), Temporal.PlainDate.from(day))).toBe('none');
  });

  it('edge case 34: is reminded of, holds what comes from the day after its end on, and goes on once it is renewed', () => {
    const one = checked('2025-07-31');
    const waits = lookAtMentor(region, { mentor: one, kept: fresh }, now);
    expect(waits).toEqual({
      kind: 'nothing',
      kept: fresh,
      due: '2025-06-30T15:00:00.000Z',
      notice: undefined,
    });

    const reminder = lookAtMentor(region, { mentor: one, kept: fresh }, at('2025-07-01T00:00'));
    expect(reminder).toMatchObject({
      kind: 'remind',
      due: '2025-07-31T15:00:00.000Z',
      notice: { kind: 'mentor-check-ending', facts: { until: '2025-07-31' } },
    });

    const lastMinute = lookAtMentor(
      region,
      { mentor: one, kept: reminder.kept },
      at('2025-07-31T23:59'),
    );
    expect(lastMinute).toMatchObject({ kind: 'nothing', due: '2025-07-31T15:00:00.000Z' });
    const over = lookAtMentor(region, { mentor: one, kept: reminder.kept }, at('2025-08-01T00:00'));
    expect(over).toMatchObject({
      kind: 'hold',
      due: undefined,
      notice: { kind: 'mentor-check-expired' },
    });

    const later = at('2025-08-10T12:00');
    const papers = [paper('background-check', '2026-08-31')];
    const renewed = renewCheckOf(one, '2026-08-31', { region, papers, now: later });
    if ('code' in renewed) throw new Error(renewed.code);
    const kept = { ...over.kept, checkReminded: false };
    expect(mentorDue(region, renewed, kept, later)).toBe('2025-08-10T03:00:00.000Z');
    const resumed = lookAtMentor(region, { mentor: renewed, kept }, later);
    expect(resumed).toEqual({
      kind: 'resume',
      kept: fresh,
      due: '2026-07-31T15:00:00.000Z',
      notice: undefined,
    });
  });

  it('edge case 34: nobody is asked about the check of who is no mentor, nor renews it', () => {
    for (const state of ['applied', 'rejected', 'left'] as const) {
      const one = { ...checked('2025-01-01'), state };
      const look = lookAtMentor(region, { mentor: one, kept: fresh }, now);
      expect(look).toMatchObject({ kind: 'nothing', due: undefined });
      const renewed = renewCheckOf(one, '2026-05-31', { region, papers: [check], now });
      expect(renewed).toMatchObject({ because: 'state', code: 'not-selected' });
    }
  });

  it('edge case 34: whenever looks come, late or twice, what is held is what has expired, and nobody waits in vain', () => {
    const day = fc.integer({ min: -60, max: 60 });
    const reached = fc.array(fc.integer({ min: 0, max: 24 * 90 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(day, reached, (ends, hours) => {
        const last = Temporal.PlainDate.from('2025-06-02').add({ days: ends });
        const one = checked(last.toString());
        let kept = fresh;
        let reminders = 0;
        for (const hour of hours.toSorted((a, b) => a - b)) {
          const moment = now.add({ hours: hour });
          const look = lookAtMentor(region, { mentor: one, kept }, moment);
          kept = look.kept;
          if (look.kind === 'remind') reminders += 1;
          const today = moment.toZonedDateTimeISO(region.timeZone).toPlainDate();
          expect(kept.checkHeld).toBe(checkStateOn(one, today) === 'expired');
          // The same look again has nothing to do, and comes later unless all is done.
          const again = lookAtMentor(region, { mentor: one, kept }, moment);
          expect(again.kind).toBe('nothing');
          expect(look.due === undefined).toBe(kept.checkHeld);
          if (look.due !== undefined) {
            expect(Temporal.Instant.compare(look.due, moment)).toBe(1);
          }
        }
        expect(reminders).toBeLessThanOrEqual(1);
      }),
    );
  });
});
