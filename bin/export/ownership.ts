import {
  applicationInside,
  appointmentInside,
  areaInKey,
  areaOfSeats,
  areaOrRegion,
  everyone,
  learnerInKey,
  learnerInside,
  learnerOrRegion,
  mentorInKey,
  mentorInside,
  mentorshipInKey,
  mentorshipInside,
  nobody,
  type Owner,
  ownerOfHold,
  ownerOfLink,
  type Row,
  region,
  shared,
  staffInKey,
  staffInside,
} from './owner.ts';

export type { Owner, Row };

/** Rows of one kind, known by their keys. */
export interface RowKind {
  /** What the partition key is, or, with a `#` at its end, begins with. */
  readonly pk: string;
  /** The same of the sort key; empty: any. */
  readonly sk: string;
  readonly owner: (row: Row) => Owner;
}

/** A row that the table of row kinds does not know: nobody can say whether it may leave. */
export class UnknownRow extends Error {
  override readonly name = 'UnknownRow';
  readonly code = 'unknown-row';
  readonly exitCode = 1;

  constructor(capability: string, { pk, sk }: Row) {
    const kind = [pk, sk].map((key) => key.replace(/#.*$/, '#…')).join(' / ');
    super(
      `the table of ${capability} has a row of a kind that this release does not know: ${kind}. Export with the release that the region runs; if it is this one, bin/export/ownership.ts lacks the kind.`,
    );
  }
}

/** Answers that are repeated to whoever sends a request again within a day: of every table that has a POST. */
const answers: RowKind = { pk: 'CLAIM#', sk: 'ANSWER', owner: nobody };

/** Every kind of row that a store writes, by the capability whose table it is in (`tests/bin/ownership.test.ts`). */
export const rowKinds = {
  identity: [
    { pk: 'LEARNER#', sk: 'PROFILE', owner: learnerInKey },
    { pk: 'LEARNER#', sk: 'LOGIN#', owner: learnerInKey },
    { pk: 'LEARNER#', sk: 'CONSENT#', owner: learnerInKey },
    { pk: 'LEARNER#', sk: 'ASKED#', owner: learnerInKey },
    { pk: 'LOGIN#', sk: 'SELF', owner: learnerOrRegion },
    { pk: 'LOGIN#', sk: 'WARD#', owner: learnerInside },
    { pk: 'LOGIN#', sk: 'MENTOR', owner: mentorInside },
    { pk: 'LOGIN#', sk: 'STAFF', owner: staffInside },
    // What fences a deletion that begins while the login becomes something: each copy has its own.
    { pk: 'LOGIN#', sk: 'TIES', owner: nobody },
    // How many links a login had mailed on a day.
    { pk: 'LOGIN#', sk: 'MAILS#', owner: nobody },
    { pk: 'MENTOR#', sk: 'PERSON', owner: mentorInKey },
    { pk: 'STAFF#', sk: 'STAFF', owner: staffInKey },
    { pk: 'ADDRESS#', sk: 'STAFF', owner: staffInside },
    { pk: 'CONSENT#', sk: 'CONSENT', owner: learnerOrRegion },
    { pk: 'LINK#', sk: 'LINK', owner: ownerOfLink },
    // By which ages the days in the rows were computed.
    { pk: 'POLICIES', sk: 'AGES', owner: everyone },
    // What a restore has done (`bin/restore/`).
    { pk: 'RESTORE', sk: 'RESTORE', owner: nobody },
    answers,
  ],
  audit: [
    { pk: 'LEARNER#', sk: '', owner: learnerInKey },
    { pk: 'ELSEWHERE#', sk: '', owner: areaOrRegion },
  ],
  operation: [{ pk: 'MIGRATIONS', sk: '', owner: nobody }],
  privacy: [
    { pk: 'DELETION#', sk: 'DELETION', owner: region },
    { pk: 'SUBJECT#', sk: 'DELETION', owner: region },
  ],
  // What is being mailed is mailed by the region that it happened in; of what is mailed nothing is left to tell.
  notices: [{ pk: 'NOTICE#', sk: 'NOTICE', owner: nobody }],
  documents: [
    { pk: 'LEARNER#', sk: 'FOLDER', owner: learnerInKey },
    { pk: 'LEARNER#', sk: 'PAPER#', owner: learnerInKey },
    // Papers about mentors stay with who checked them; until when the check holds is in the mentor's row.
    { pk: 'MENTOR#', sk: 'FOLDER', owner: region },
    { pk: 'MENTOR#', sk: 'PAPER#', owner: region },
    answers,
  ],
  eligibility: [
    { pk: 'APPLICATION#', sk: 'APPLICATION', owner: learnerInside },
    { pk: 'LEARNER#', sk: 'CURRENT', owner: learnerInKey },
    { pk: 'LEARNER#', sk: 'APPLICATION#', owner: learnerInKey },
    { pk: 'PERSON#', sk: 'PERSON', owner: shared },
    { pk: 'QUOTA#', sk: 'LOT#', owner: areaInKey },
    { pk: 'WAITLIST#', sk: '', owner: applicationInside },
    // What was decided, counted when the application itself is forgotten.
    { pk: 'DECIDED#', sk: '', owner: areaOrRegion },
    answers,
  ],
  catalogue: [
    { pk: 'CURRENT', sk: '', owner: everyone },
    { pk: 'LIST#', sk: '', owner: everyone },
    { pk: 'BEGUN#', sk: '', owner: everyone },
    answers,
  ],
  enrolment: [
    { pk: 'LEARNER#', sk: 'PLACES', owner: learnerInKey },
    { pk: 'LEARNER#', sk: 'ENDED#', owner: learnerInKey },
    { pk: 'SEATS#', sk: 'LOT#', owner: areaOfSeats },
    { pk: 'SEATS#', sk: 'QUEUE', owner: areaOfSeats },
    { pk: 'WAITING#', sk: '', owner: learnerInside },
    answers,
  ],
  provisioning: [
    { pk: 'ACCOUNT#', sk: 'ACCOUNT', owner: learnerInside },
    { pk: 'TASKS#', sk: '', owner: learnerInside },
    // A pause is an operator's word, and holds in a copy too; whose turn it is, is of the moment.
    { pk: 'PROVIDER#', sk: 'BREAKER', owner: region },
    { pk: 'PROVIDER#', sk: 'TURNS', owner: nobody },
    // How it answered within the last two days.
    { pk: 'PROVIDER#', sk: 'HOUR#', owner: nobody },
    // How many wait, as of the last minutes.
    { pk: 'WAITING', sk: 'COUNT', owner: nobody },
    // What a provider listed, and how it compared: each copy compares with its own.
    { pk: 'RECONCILIATIONS', sk: '', owner: nobody },
    { pk: 'RECONCILIATION#', sk: 'PAGE#', owner: nobody },
    { pk: 'RECONCILIATION#', sk: 'ORPHAN#', owner: nobody },
    // Each copy runs its own migrations.
    { pk: 'INDEXED', sk: 'ACCOUNTS', owner: nobody },
    // What seats were used, of all areas together, is the account of whoever paid for them; each copy counts on by itself.
    { pk: 'SEATS#', sk: '', owner: region },
    { pk: 'SEATS', sk: 'COUNT', owner: nobody },
    // The code that a learner has goes along, and what keeps it from being given again; free and void ones stay: whoever
    // leaves gets codes of their own from the provider.
    { pk: 'VOUCHER#', sk: 'VOUCHER', owner: learnerInside },
    { pk: 'POOL#', sk: 'USED#', owner: learnerOrRegion },
    { pk: 'POOL#', sk: 'FREE#', owner: region },
  ],
  launch: [
    // What is good once, and for minutes: whoever was at it begins again in the copy.
    { pk: 'HINT#', sk: 'HINT', owner: nobody },
    { pk: 'ASSERTION#', sk: 'ASSERTION', owner: nobody },
    { pk: 'CHOICE#', sk: 'CHOICE', owner: nobody },
    // What staff chose of a tool is the region's, whose provider it is.
    { pk: 'CONTENT#', sk: 'CONTENT#', owner: region },
  ],
  mentoring: [
    { pk: 'LEARNER#', sk: 'REQUEST', owner: learnerInKey },
    { pk: 'LEARNER#', sk: 'ASKED#', owner: learnerInKey },
    { pk: 'LEARNER#', sk: 'MENTORSHIP#', owner: learnerInKey },
    { pk: 'LEARNER#', sk: 'APPOINTMENT#', owner: learnerInKey },
    { pk: 'LEARNER#', sk: 'COMING', owner: learnerInKey },
    { pk: 'LEARNER#', sk: 'DAY#', owner: learnerInKey },
    { pk: 'REQUEST#', sk: 'WHOSE', owner: learnerInside },
    { pk: 'MENTORSHIP#', sk: 'MENTORSHIP', owner: mentorshipInKey },
    { pk: 'MENTORSHIP#', sk: 'SESSION#', owner: mentorshipInKey },
    { pk: 'MENTORSHIP#', sk: 'PLAN', owner: mentorshipInKey },
    { pk: 'MENTORSHIP#', sk: 'NOTE#', owner: mentorshipInKey },
    { pk: 'MENTORSHIP#', sk: 'FEEDBACK#', owner: mentorshipInKey },
    { pk: 'APPOINTMENT#', sk: 'APPOINTMENT', owner: learnerInside },
    { pk: 'CONFLICTS', sk: '', owner: learnerInside },
    { pk: 'MENTOR#', sk: 'MENTOR', owner: shared },
    { pk: 'MENTOR#', sk: 'MENTORSHIP#', owner: mentorshipInside },
    { pk: 'MENTOR#', sk: 'HELD#', owner: mentorshipInside },
    { pk: 'MENTOR#', sk: 'DAY#', owner: shared },
    { pk: 'STAFF#', sk: 'CONSULTANT', owner: staffInKey },
    { pk: 'STAFF#', sk: 'APPOINTMENT#', owner: appointmentInside },
    { pk: 'STAFF#', sk: 'DAY#', owner: shared },
    { pk: 'REPORT#', sk: 'REPORT', owner: areaOrRegion },
    { pk: 'HOLD#', sk: 'HOLD', owner: ownerOfHold },
    // What the region paid and certified, whom it had nominated, and how it matched, stays with it.
    { pk: 'STIPEND#', sk: '', owner: region },
    { pk: 'CERTIFICATE#', sk: 'CERTIFICATE', owner: region },
    // What leads to it from its mentor stays where it is, so that a deletion finds it.
    { pk: 'MENTOR#', sk: 'CERTIFICATE#', owner: region },
    { pk: 'NOMINATION#', sk: 'NOMINATION', owner: region },
    { pk: 'ROUND#', sk: 'ROUND', owner: region },
    { pk: 'ROUND#', sk: 'PUBLISH#', owner: region },
    { pk: 'ROUNDS', sk: 'LAST', owner: region },
    { pk: 'PAIRS#', sk: 'PAIR#', owner: region },
    { pk: 'LOCKS#', sk: '', owner: region },
    // The address of a calendar is the region's and holds a secret: whoever follows one makes a new one.
    { pk: 'CALENDAR#', sk: 'CALENDAR', owner: nobody },
    answers,
  ],
} as const satisfies Readonly<Record<string, readonly RowKind[]>>;

/** A capability that keeps rows: the stack has a table of its name. */
export type Capability = keyof typeof rowKinds;

/** Whether rows of a capability's table are known here. */
export function isCapability(name: string): name is Capability {
  return Object.hasOwn(rowKinds, name);
}

/**
 * Whose a row is.
 *
 * @throws {UnknownRow} its kind is in no list
 */
export function ownerOf(capability: Capability, row: Row): Owner {
  const kinds: readonly RowKind[] = rowKinds[capability];
  const kind = kinds.find(({ pk, sk }) => isMet(pk, row.pk) && (sk === '' || isMet(sk, row.sk)));
  if (kind === undefined) throw new UnknownRow(capability, row);
  return kind.owner(row);
}

function isMet(pattern: string, key: string): boolean {
  return pattern.endsWith('#') ? key.startsWith(pattern) : key === pattern;
}
