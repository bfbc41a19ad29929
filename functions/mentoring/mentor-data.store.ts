import type { Region } from '../../regions/schema.ts';
import type { MentorId } from '../identity/contract.ts';
import type { Moment } from '../runtime/clock.ts';
import { rowsOf } from '../runtime/erasing.ts';
import { CertificateCode } from './certificate.contract.ts';
import { certificatePrefix, certificateStore } from './certificate.store.ts';
import type { Mentorship } from './mentorship.contract.ts';
import type { Note } from './note.contract.ts';
import { maySeeNotes, noteFor } from './note.rules.ts';
import { noteStore } from './note.store.ts';
import { mentorKey } from './rows.store.ts';
import { monthsOf } from './stipend.rules.ts';
import { stipendStore } from './stipend.store.ts';

/** A mentor, and the mentorships that they have or had. */
export interface Mentoring {
  readonly mentorId: MentorId;
  readonly suspended: boolean;
  readonly mentorships: readonly Mentorship[];
}

/** What a mentor has written and earned; `table` is the mentoring table's name. */
export function mentorDataStore(
  table: string,
  region: Pick<Region, 'id' | 'mentoring' | 'timeZone'>,
) {
  const notes = noteStore(table);
  const ledger = stipendStore(table, region);
  const certificates = certificateStore(table);

  /**
   * Stipends, certificates, and what the mentor wrote in each mentorship: feedback, and notes as long as they may read them
   * (edge cases 28 and 35). Capacity: 1 read unit for each certificate, for each month since the first mentorship, and for 4
   * KB that were written in each mentorship.
   */
  async function workOf(mentoring: Mentoring, now: Moment) {
    const [stipends, certified, written] = await Promise.all([
      stipendsOf(mentoring, now),
      certificatesOf(mentoring.mentorId),
      Promise.all(mentoring.mentorships.map((one) => writtenIn(one, mentoring.suspended))),
    ]);
    return { stipends, certificates: certified, written };
  }

  async function stipendsOf({ mentorId, mentorships }: Mentoring, now: Moment) {
    const months = monthsOf(region, mentorships, now);
    const found = await Promise.all(months.map((month) => ledger.listStipends(month, mentorId)));
    return found.flat().map(({ mentorId: _, ...stipend }) => stipend);
  }

  async function certificatesOf(mentorId: MentorId) {
    const rows = await rowsOf(table, mentorKey(mentorId).pk, certificatePrefix);
    const codes = rows.map(({ sk }) => CertificateCode.parse(sk.slice(certificatePrefix.length)));
    const found = await Promise.all(
      codes.map(async (code) => ({ code, certified: await certificates.read(code) })),
    );
    return found.flatMap(({ code, certified }) => (certified ? [{ code, ...certified }] : []));
  }

  async function writtenIn(mentorship: Mentorship, suspended: boolean) {
    const { mentorshipId } = mentorship;
    const readable = !suspended && maySeeNotes(mentorship, 'mentor');
    const [{ mentor: feedback }, own] = await Promise.all([
      notes.readFeedback(mentorshipId),
      readable ? notesOf(mentorshipId) : [],
    ]);
    return { mentorshipId, feedback, notes: own };
  }

  async function notesOf(mentorshipId: Mentorship['mentorshipId']) {
    const found: Note[] = [];
    let cursor: string | undefined;
    do {
      const page = await notes.listNotes(mentorshipId, { limit: 100, cursor });
      found.push(...page.notes.flatMap((note) => noteFor('mentor', note) ?? []));
      cursor = page.cursor;
    } while (cursor !== undefined);
    return found;
  }

  return { workOf };
}
