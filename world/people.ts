import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { samplePeople } from './sample-people.ts';

/** Two spellings of a name are one: Hangul composed or not (NFC, NFD), with spaces around it or without. */
export const Name = z
  .string()
  .max(400)
  .transform((name) => name.normalize('NFC').trim())
  .pipe(z.string().min(1, 'a name, not only spaces').max(100));

const Word = z
  .string()
  .regex(/^[a-z][a-z0-9-]*$/, 'such as "low-income"')
  .max(40);

/** Whom a registry knows, by name and day of birth. */
export const Person = z.strictObject({
  name: Name,
  birthDate: z.iso.date('a day that exists, as YYYY-MM-DD'),
  /** The welfare groups that the person belongs to, in the registry's own words; none is possible. */
  groups: z.array(Word).max(20),
  /** The income of the household, in the registry's own word; absent: not on record. */
  incomeBand: Word.optional(),
});
export type Person = z.infer<typeof Person>;

const Row = z.object({
  name: z.string(),
  birthDate: z.string(),
  groups: z.string(),
  incomeBand: z.string().nullable(),
});
const columns = 'name, birth_date AS birthDate, groups, income_band AS incomeBand';

/** The registry's records. */
export class People {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    for (const person of samplePeople) this.#write(person, 'DO NOTHING');
  }

  /** Adds people; who is known already gets the new groups and income. All are written or none. */
  put(people: readonly Person[]): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const onConflict =
        'DO UPDATE SET groups = excluded.groups, income_band = excluded.income_band';
      for (const person of people) this.#write(person, onConflict);
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  find({ name, birthDate }: Pick<Person, 'name' | 'birthDate'>): Person | undefined {
    const row = this.#database
      .prepare(`SELECT ${columns} FROM person WHERE name = ? AND birth_date = ?`)
      .get(name, birthDate);
    return row === undefined ? undefined : personOf(row);
  }

  list(): Person[] {
    const rows = this.#database.prepare(`SELECT ${columns} FROM person ORDER BY name, birth_date`);
    return rows.all().map(personOf);
  }

  #write({ name, birthDate, groups, incomeBand }: Person, onConflict: string): void {
    this.#database
      .prepare(
        `INSERT INTO person VALUES (?, ?, ?, ?) ON CONFLICT (name, birth_date) ${onConflict}`,
      )
      .run(name, birthDate, JSON.stringify(groups), incomeBand ?? null);
  }
}

function personOf(row: unknown): Person {
  const { groups, incomeBand, ...rest } = Row.parse(row);
  const income = incomeBand === null ? {} : { incomeBand };
  return Person.parse({ ...rest, groups: JSON.parse(groups), ...income });
}
