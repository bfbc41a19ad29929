import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MentorId, Name } from '../../functions/identity/contract.ts';
import { certifiedOf } from '../../functions/mentoring/certificate.rules.ts';
import type { Stipend } from '../../functions/mentoring/stipend.contract.ts';
import { statementOf, stipendOf, totalsOf } from '../../functions/mentoring/stipend.rules.ts';
import { stipendStore } from '../../functions/mentoring/stipend.store.ts';
import { MentorshipId, SessionId } from '../../functions/mentoring/words.contract.ts';
import { readCsv } from '../../functions/runtime/csv.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { type Outcome, outcomes, PolicyVersion } from '../../regions/schema.ts';
import { village } from '../runtime/village.ts';
import { newMentorId, vettingVillage as region, vetted } from './mentors.ts';

const mentorship = {
  mentorId: newMentorId(),
  mentorshipId: newId(MentorshipId, 'msh'),
  policyVersion: PolicyVersion.parse(vetted.version),
};
/** On 1 July, 00:30 in the village. */
const session = { sessionId: newId(SessionId, 'ses'), start: '2025-06-30T15:30:00Z', minutes: 30 };

const ledger = stipendStore('mentoring', region);
/** Its outcome is told, and decided, in August, when July may be paid out. */
const today = '2025-08-04';

/** What is written, by the beginnings of its keys and what it is worth. */
function entered(was: Outcome | undefined, is: Outcome): string[] {
  return ledger.entries(mentorship, session, { was, is }, today).map(({ Put, Delete }) => {
    const sk = String((Put?.Item ?? Delete?.Key)?.['sk']).replace(/#(ses|mnt)_\w+/g, '');
    return [
      Put ? 'put' : 'delete',
      Put?.Item?.['pk'] ?? Delete?.Key?.['pk'],
      sk,
      Put?.Item?.['amount'],
    ]
      .filter((word) => word !== undefined)
      .join(' ')
      .replaceAll(mentorship.mentorId, 'mentor');
  });
}

const paid = 'put STIPEND#2025-08 mentor#session 12000';
const takenBack = 'put STIPEND#2025-08 mentor#correction -12000';
const counted = 'put MENTOR#mentor HELD#2025-07-01';
const uncounted = 'delete MENTOR#mentor HELD#2025-07-01';

describe('given a session that has ended', () => {
  it.each<[Outcome, string[]]>([
    ['completed', [paid, counted]],
    ['learner-no-show', [paid]],
    ['mentor-no-show', []],
    ['technical-failure', []],
    ['learner-cancelled-late', []],
  ])('edge case 29: as %s, the ledger enters %j', (outcome, entries) => {
    expect(entered(undefined, outcome)).toEqual(entries);
  });

  it.each<[was: Outcome, is: Outcome, string[]]>([
    ['completed', 'mentor-no-show', [takenBack, uncounted]],
    ['learner-no-show', 'technical-failure', [takenBack]],
    ['learner-no-show', 'completed', [counted]],
    ['completed', 'learner-no-show', [uncounted]],
    ['mentor-no-show', 'completed', [paid, counted]],
    ['completed', 'completed', []],
    ['mentor-no-show', 'technical-failure', []],
  ])('edge case 29: as %s, and it is decided to be %s, then it enters %j', (was, is, entries) => {
    expect(entered(was, is)).toEqual(entries);
  });

  it('adds up to what the last outcome earns, whatever was told before', () => {
    const outcome = fc.constantFrom(...outcomes);
    fc.assert(
      fc.property(outcome, outcome, (was, is) => {
        const worth = (some: string[]) =>
          some.reduce((sum, entry) => sum + Number(entry.split(' ')[3] ?? 0), 0);
        const sum = worth(entered(undefined, was)) + worth(entered(was, is));
        expect(sum).toBe(vetted.stipend.pays.some((pays) => pays === is) ? 12_000 : 0);
      }),
    );
  });

  it('counts on the day of its beginning in the region, by the policy that the mentorship began under', () => {
    const stipendOfLater = { ...vetted.stipend, amount: 15_000 };
    const richer = { ...vetted, version: 'richer', from: '2025-06-15', stipend: stipendOfLater };
    const changed = village({ mentoring: [vetted, richer] });
    expect(stipendOf(changed, mentorship, session, 'completed', today)).toEqual({
      kind: 'session',
      mentorId: mentorship.mentorId,
      sessionId: session.sessionId,
      day: '2025-07-01',
      enteredOn: '2025-08-04',
      outcome: 'completed',
      amount: 12_000,
      currency: 'KRW',
      policyVersion: vetted.version,
    });
  });

  it('earns nothing where mentors are not paid', () => {
    const { stipend, ...unpaid } = vetted;
    const region = village({ mentoring: [unpaid] });
    expect(stipendOf(region, mentorship, session, 'completed', today)).toBe(undefined);
  });
});

const [ada, ben] = [newMentorId(), newMentorId()];
const payees = new Map([
  [ada, { name: Name.parse('김하늘') }],
  [ben, { name: Name.parse("O'Neill") }],
]);
const stipend = (mentorId: MentorId, amount: number, currency = 'KRW'): Stipend => ({
  kind: amount < 0 ? 'correction' : 'session',
  mentorId,
  sessionId: newId(SessionId, 'ses'),
  day: '2025-07-01',
  enteredOn: '2025-08-04',
  outcome: 'completed',
  amount,
  currency,
  policyVersion: mentorship.policyVersion,
});

describe('given the statement of a month', () => {
  it('has a line for each session, the total of each mentor behind theirs, and that of all at the end', () => {
    const [first, second, third] = [
      stipend(ada, 12_000),
      stipend(ada, 12_000),
      stipend(ben, 5_000),
    ];
    const policy = mentorship.policyVersion;
    expect(statementOf([first, second, third], payees).split('\r\n')).toEqual([
      'kind,mentorId,name,sessionId,day,outcome,policy,amount,currency,enteredOn',
      `session,${ada},김하늘,${first.sessionId},2025-07-01,completed,${policy},12000,KRW,2025-08-04`,
      `session,${ada},김하늘,${second.sessionId},2025-07-01,completed,${policy},12000,KRW,2025-08-04`,
      `mentor-total,${ada},김하늘,,,,,24000,KRW,`,
      `session,${ben},O'Neill,${third.sessionId},2025-07-01,completed,${policy},5000,KRW,2025-08-04`,
      `mentor-total,${ben},O'Neill,,,,,5000,KRW,`,
      'total,,,,,,,29000,KRW,',
      '',
    ]);
  });

  it.each([
    ['USD', 1_250, '12.50'],
    ['USD', 5, '0.05'],
    ['KRW', 1_250, '1250'],
    ['KWD', 1_250, '1.250'],
    ['USD', -1_250, '-12.50'],
    ['KRW', -12_000, '-12000'],
  ])('writes %s %i as %s', (currency, amount, written) => {
    expect(statementOf([stipend(ada, amount, currency)], payees)).toContain(
      `,${written},${currency},2025-08-04\r\n`,
    );
  });

  it('lists what a mentor has done by its days', () => {
    const days = ['2025-07-20', '2025-07-02', '2025-07-11'];
    const statement = statementOf(
      days.map((day) => ({ ...stipend(ada, 1), day })),
      payees,
    );
    expect(statement.match(/2025-07-../g)).toEqual(days.toSorted());
  });

  it('of a month without sessions has the names of the columns', () => {
    expect(statementOf([], payees)).toMatch(/^kind,[^\r\n]*\r\n$/);
  });

  it('is read back as it was meant whatever is in a name, with no cell that a spreadsheet takes for a formula', () => {
    const nasty = fc.string({
      unit: fc.constantFrom('=', '+', '-', '@', ',', '"', '\r', '\n', '\t', 'a', '가'),
      minLength: 1,
    });
    fc.assert(
      fc.property(nasty, (text) => {
        // No name that the schema takes begins so; the statement does not rest on that.
        const name = text as Name;
        const csv = statementOf([stipend(ada, 1)], new Map([[ada, { name }]]));
        const { rows, brokenFrom } = readCsv(csv);
        expect(brokenFrom).toBe(undefined);
        expect(rows.map(({ cells }) => cells.length)).toEqual([10, 10, 10, 10]);
        const cell = rows[1]?.cells[2] ?? '';
        expect(cell).not.toMatch(/^[=+\-@]/);
        expect(cell.replace(/^'/, '')).toBe(
          /^[=+\-@\t\r\n]/.test(name) ? name.trimEnd() : name.trim(),
        );
      }),
    );
  });

  it('adds up: the totals of the mentors to that of all, in each currency', () => {
    const some = fc.array(
      fc.record({
        mentorId: fc.constantFrom(ada, ben),
        amount: fc.integer({ min: -1e8, max: 1e8 }),
        currency: fc.constantFrom('KRW', 'USD'),
      }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(some, (entries) => {
        const stipends = entries.map(({ mentorId, amount, currency }) =>
          stipend(mentorId, amount, currency),
        );
        const { rows } = readCsv(statementOf(stipends, payees));
        for (const { currency, amount } of totalsOf(stipends)) {
          const sum = (...kinds: string[]) =>
            rows
              .filter(({ cells }) => kinds.includes(cells[0] ?? '') && cells[8] === currency)
              .reduce((all, { cells }) => all + Number(cells[7]?.replace('.', '')), 0);
          expect([sum('session', 'correction'), sum('mentor-total'), sum('total')]).toEqual([
            amount,
            amount,
            amount,
          ]);
        }
      }),
    );
  });
});

describe('given a certificate of activity', () => {
  const held = (day: string, mentorshipId = mentorship.mentorshipId) => ({
    mentorshipId,
    sessionId: newId(SessionId, 'ses'),
    day,
    minutes: 30,
  });

  it('counts completed sessions, their hours and the mentorships that they were in', () => {
    const sessions = [
      held('2025-06-03'),
      held('2025-06-10'),
      held('2025-07-01', newId(MentorshipId, 'msh')),
    ];
    expect(certifiedOf('김하늘', sessions, '2025-08-01')).toEqual({
      initial: '김',
      mentorships: 2,
      sessions: 3,
      hours: 1.5,
      from: '2025-06-03',
      until: '2025-07-01',
      issuedOn: '2025-08-01',
    });
  });

  it('is nobody’s who has completed none', () => {
    expect(certifiedOf('김하늘', [], '2025-08-01')).toBe(undefined);
  });
});
