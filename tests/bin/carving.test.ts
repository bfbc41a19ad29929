import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { carver, keepingOthers, keepingPart } from '../../bin/export/carving.ts';
import type { Capability, Row } from '../../bin/export/ownership.ts';
import { lotsWithout, Ties } from '../../bin/export/ties.ts';
import { idsOf, standingIn } from '../../bin/restore/ledger.ts';

type Rows = readonly (readonly [Capability, Row])[];

const learner = (id: string, areaId: string): Rows => [
  ['identity', { pk: `LEARNER#${id}`, sk: 'PROFILE', areaId }],
  ['identity', { pk: `LOGIN#sub-${id}`, sk: 'SELF', learnerId: id }],
  ['audit', { pk: `LEARNER#${id}`, sk: '2026#aud' }],
  [
    'eligibility',
    {
      pk: `APPLICATION#app_${id}`,
      sk: 'APPLICATION',
      applicationId: `app_${id}`,
      learnerId: id,
      areaId,
      lot: 0,
    },
  ],
  [
    'enrolment',
    {
      pk: `LEARNER#${id}`,
      sk: 'PLACES',
      learnerId: id,
      places: { subject: { providerId: 'firefly', seat: { areaId, lot: 1 } } },
      waits: {},
      endings: {},
    },
  ],
  [
    'mentoring',
    {
      pk: `MENTORSHIP#msh_${id}`,
      sk: 'MENTORSHIP',
      mentorshipId: `msh_${id}`,
      learnerId: id,
      mentorId: 'mnt_1',
      state: 'active',
    },
  ],
  ['mentoring', { pk: `MENTORSHIP#msh_${id}`, sk: 'NOTE#2026#nte' }],
];

const region: Rows = [
  ...learner('lrn_a', 'uphill'),
  ...learner('lrn_b', 'downtown'),
  ...learner('lrn_c', 'downtown'),
  ['identity', { pk: 'STAFF#stf_up', sk: 'STAFF', areaId: 'uphill' }],
  ['identity', { pk: 'STAFF#stf_all', sk: 'STAFF' }],
  ['identity', { pk: 'STAFF#stf_hills', sk: 'STAFF', partnerId: 'hills' }],
  ['identity', { pk: 'STAFF#stf_coast', sk: 'STAFF', partnerId: 'coast' }],
  ['identity', { pk: 'LOGIN#sub-up', sk: 'STAFF', staffId: 'stf_up' }],
  ['identity', { pk: 'LOGIN#sub-all', sk: 'STAFF', staffId: 'stf_all' }],
  ['identity', { pk: 'MENTOR#mnt_1', sk: 'PERSON' }],
  ['identity', { pk: 'MENTOR#mnt_2', sk: 'PERSON' }],
  ['eligibility', { pk: 'QUOTA#uphill', sk: 'LOT#0', used: 1 }],
  ['eligibility', { pk: 'QUOTA#downtown', sk: 'LOT#0', used: 2 }],
  [
    'eligibility',
    { pk: 'PERSON#h', sk: 'PERSON', known: [{ learnerId: 'lrn_a' }, { learnerId: 'lrn_b' }] },
  ],
  ['enrolment', { pk: 'SEATS#firefly#uphill', sk: 'LOT#1', used: 1 }],
  ['enrolment', { pk: 'SEATS#firefly#downtown', sk: 'LOT#0', used: 1 }],
  ['enrolment', { pk: 'SEATS#firefly#downtown', sk: 'LOT#1', used: 1 }],
  ['enrolment', { pk: 'SEATS#firefly#downtown', sk: 'QUEUE', waiting: 2 }],
  ['enrolment', { pk: 'WAITING#firefly#downtown', sk: '1', learnerId: 'lrn_b' }],
  ['enrolment', { pk: 'WAITING#firefly#downtown', sk: '2', learnerId: 'lrn_c' }],
  ['mentoring', { pk: 'MENTOR#mnt_1', sk: 'MENTOR', mentees: 3 }],
  [
    'mentoring',
    {
      pk: 'MENTOR#mnt_1',
      sk: 'DAY#2026-03-02',
      expiresAt: 1,
      t0900: { mentorshipId: 'msh_lrn_a', sessionId: 's1' },
      t1000: { mentorshipId: 'msh_lrn_b', sessionId: 's2' },
    },
  ],
  ['mentoring', { pk: 'STIPEND#2026-03', sk: 'mnt_1#s1#session' }],
  ['privacy', { pk: 'DELETION#del_1', sk: 'DELETION' }],
];

const ties = new Ties();
for (const [capability, row] of region) ties.add(capability, row);

function left(carve: ReturnType<typeof carver>): Map<string, Row> {
  const kept = region.flatMap(([capability, row]) => {
    const rest = carve(capability, row);
    return rest === undefined ? [] : [[`${row.pk} ${row.sk}`, rest] as const];
  });
  return new Map(kept);
}

describe('what a partner takes along', () => {
  const hills = { partner: 'hills', areas: ['uphill'] };
  const kept = left(carver(ties, keepingPart(hills, ties)));

  it('edge case 50: is of who lives there, and names nobody else', () => {
    const text = JSON.stringify([...kept]);
    expect(text).toContain('lrn_a');
    expect(text).not.toMatch(/lrn_b|lrn_c|downtown|stf_all|mnt_2/);
  });

  it('is whole: each row of the learner, the staff of the area, its quota and seats', () => {
    const own = region.filter(([, row]) => JSON.stringify(row).includes('lrn_a'));
    for (const [, row] of own) expect([...kept.keys()]).toContain(`${row.pk} ${row.sk}`);
    for (const key of ['STAFF#stf_up STAFF', 'QUOTA#uphill LOT#0', 'SEATS#firefly#uphill LOT#1']) {
      expect([...kept.keys()]).toContain(key);
    }
  });

  it('has the mentor as whoever mentors them now: with their learners and hours, and no others', () => {
    expect(kept.get('MENTOR#mnt_1 MENTOR')).toMatchObject({ mentees: 1 });
    expect(kept.get('MENTOR#mnt_1 DAY#2026-03-02')).toEqual({
      pk: 'MENTOR#mnt_1',
      sk: 'DAY#2026-03-02',
      expiresAt: 1,
      t0900: { mentorshipId: 'msh_lrn_a', sessionId: 's1' },
    });
    expect(kept.get('PERSON#h PERSON')).toMatchObject({ known: [{ learnerId: 'lrn_a' }] });
  });

  it('has accounts at providers under our id alone: another tenant may call them otherwise', () => {
    const account = { pk: 'ACCOUNT#lrn_a#firefly', sk: 'ACCOUNT', learnerId: 'lrn_a', fence: 3 };
    const row = { ...account, remoteId: 'of-the-host' };
    const [part, whole] = [keepingPart(hills, ties), keepingOthers(new Set())];
    expect(carver(ties, part)('provisioning', row)).toEqual(account);
    expect(carver(ties, whole)('provisioning', row)).toEqual(row);
  });

  it('has the staff of the partner, for whom the copy is the whole region', () => {
    expect(kept.get('STAFF#stf_hills STAFF')).toEqual({ pk: 'STAFF#stf_hills', sk: 'STAFF' });
    expect(kept.get('STAFF#stf_coast STAFF')).toBeUndefined();
  });

  it('leaves with the host what it paid, matched and deleted', () => {
    expect([...kept.keys()].filter((key) => /STIPEND|DELETION/.test(key))).toEqual([]);
  });
});

describe('edge case 37: a restored copy', () => {
  const ledger = [{ learnerId: 'lrn_b', sub: 'sub-lrn_b' }, { learnerId: 'lrn_gone' }];
  const standing = standingIn(ties.people, ledger);
  const kept = left(carver(ties, keepingOthers(idsOf(standing))));

  it('applies again what the export still has rows of', () => {
    expect(standing).toEqual([ledger[0]]);
  });

  it('has no row of who was deleted, but the trail of who saw and decided what', () => {
    const named = [...kept].filter(([, row]) => JSON.stringify(row).includes('lrn_b'));
    expect(named.map(([key]) => key)).toEqual(
      ['LEARNER#lrn_b 2026#aud', 'LOGIN#sub-lrn_b SELF'].slice(0, 1),
    );
  });

  it('has all rows of the others', () => {
    const others = region.filter(([, row]) => !JSON.stringify(row).includes('lrn_b'));
    for (const [, row] of others) expect([...kept.keys()]).toContain(`${row.pk} ${row.sk}`);
  });

  it('has their seats back, and the lists as long as they are', () => {
    expect(kept.get('QUOTA#downtown LOT#0')).toMatchObject({ used: 1 });
    expect(kept.get('SEATS#firefly#downtown LOT#1')).toMatchObject({ used: 0 });
    expect(kept.get('SEATS#firefly#downtown LOT#0')).toMatchObject({ used: 1 });
    expect(kept.get('SEATS#firefly#downtown QUEUE')).toMatchObject({ waiting: 1 });
  });

  it('property: as many seats are given back as were taken, and no lot goes below none', () => {
    const seats = fc.array(fc.record({ lot: fc.nat(3), who: fc.nat(9) }), { maxLength: 30 });
    const moved = fc.array(fc.nat(3), { maxLength: 30 });
    fc.assert(
      fc.property(seats, moved, fc.nat(9), (taken, elsewhere, gone) => {
        // Counts move between lots after a cut: each seat is counted somewhere, not always where it was taken.
        const counts = new Map([0, 1, 2, 3].map((lot) => [lot, 0]));
        for (const [at, { lot }] of taken.entries()) {
          const counted = elsewhere[at] ?? lot;
          counts.set(counted, (counts.get(counted) ?? 0) + 1);
        }
        const held = taken.map(({ lot, who }) => ({ list: 'L', lot, learnerId: `l${who}` }));
        const stays = (id: string) => id !== `l${gone}`;
        const rest = lotsWithout({ lots: new Map([['L', counts]]), taken: held }, stays).get('L');
        const sum = [...(rest?.values() ?? [])].reduce((all, used) => all + used, 0);
        expect(sum).toBe(taken.filter(({ who }) => who !== gone).length);
        expect(Math.min(...(rest?.values() ?? [0]))).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
