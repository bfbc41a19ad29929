import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { Mail, MailFile } from './mail.ts';

/** A mail in the mailbox. */
export interface KeptMail extends Mail {
  /** Grows with every mail. */
  readonly id: number;
  readonly files: readonly MailFile[];
}

/** How many mails are kept; the oldest go first. */
const kept = 10_000;

const Row = z.object({
  id: z.number(),
  sender: z.string(),
  recipient: z.string(),
  subject: z.string(),
  body: z.string(),
  at: z.number(),
});

const FileRow = z.object({
  mail: z.number(),
  name: z.string(),
  type: z.string(),
  content: z.string(),
});

/** Every mail that the region sent: it stays on the machine, where tests and people read it. */
export class Mailbox {
  readonly #state: DatabaseSync;

  constructor(state: DatabaseSync) {
    this.#state = state;
    state.exec(`CREATE TABLE IF NOT EXISTS mailbox_mails (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      sender TEXT NOT NULL, recipient TEXT NOT NULL COLLATE NOCASE,
      subject TEXT NOT NULL, body TEXT NOT NULL, at REAL NOT NULL) STRICT`);
    state.exec(`CREATE TABLE IF NOT EXISTS mailbox_files (
      mail INTEGER NOT NULL, place INTEGER NOT NULL,
      name TEXT NOT NULL, type TEXT NOT NULL, content TEXT NOT NULL,
      PRIMARY KEY (mail, place)) STRICT`);
    state.exec(
      'CREATE INDEX IF NOT EXISTS mailbox_mails_by_recipient ON mailbox_mails (recipient, id)',
    );
  }

  /** Keeps a mail; when it returns, the mail survives a killed process. */
  deliver(mail: Mail): void {
    const { lastInsertRowid } = this.#state
      .prepare(
        'INSERT INTO mailbox_mails (sender, recipient, subject, body, at) VALUES (?, ?, ?, ?, ?)',
      )
      .run(mail.from, mail.to, mail.subject, mail.text, mail.at);
    const id = Number(lastInsertRowid);
    for (const [place, { name, type, content }] of (mail.files ?? []).entries()) {
      this.#state
        .prepare('INSERT INTO mailbox_files VALUES (?, ?, ?, ?, ?)')
        .run(id, place, name, type, content);
    }
    this.#state.prepare('DELETE FROM mailbox_mails WHERE id <= ?').run(id - kept);
    this.#state.prepare('DELETE FROM mailbox_files WHERE mail <= ?').run(id - kept);
  }

  /**
   * Mails, newest first.
   * @param to - only those to this address, in any case
   */
  list(options: {
    readonly to?: string | undefined;
    readonly limit?: number;
  }): readonly KeptMail[] {
    const { to = null, limit = kept } = options;
    const where = to === null ? '' : 'WHERE recipient = ?';
    const values = to === null ? [limit] : [to, limit];
    const mails = this.#state
      .prepare(`SELECT * FROM mailbox_mails ${where} ORDER BY id DESC LIMIT ?`)
      .all(...values)
      .map((row) => Row.parse(row));
    const files = this.#filesFrom(mails.at(-1)?.id ?? 0);
    return mails.map(({ id, sender, recipient, subject, body, at }) => {
      return {
        id,
        from: sender,
        to: recipient,
        subject,
        text: body,
        at,
        files: files.get(id) ?? [],
      };
    });
  }

  /** Files of the mails from a number on, in their order. */
  #filesFrom(first: number): ReadonlyMap<number, readonly MailFile[]> {
    const rows = this.#state
      .prepare('SELECT * FROM mailbox_files WHERE mail >= ? ORDER BY mail, place')
      .all(first)
      .map((row) => FileRow.parse(row));
    const files = new Map<number, MailFile[]>();
    for (const { mail, ...file } of rows) files.set(mail, [...(files.get(mail) ?? []), file]);
    return files;
  }

  empty(): void {
    this.#state.exec('DELETE FROM mailbox_mails; DELETE FROM mailbox_files');
  }
}
