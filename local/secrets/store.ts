import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { z } from 'zod';
import { atomically } from '../state.ts';

/** A secret's value: a text, or bytes in base64. */
export interface SecretValue {
  readonly text: string | null;
  readonly binary: string | null;
}

const Version = z.strictObject({
  id: z.string(),
  text: z.string().nullable(),
  binary: z.string().nullable(),
  /** Milliseconds since the epoch. */
  createdAt: z.int(),
  stages: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(z.array(z.string())),
});
/** One value that a secret has or had, with the staging labels that it carries now. */
export type Version = z.infer<typeof Version>;

const Row = z.strictObject({ seed: z.string().nullable(), createdAt: z.int() });

/** A secret that a request has made: its key is only what was said. */
const Made = z.strictObject({
  name: z.string(),
  description: z.string().nullable(),
  key: z.string().nullable(),
});
export type Made = z.infer<typeof Made>;

/** Secrets' values in the region's state; what else a secret has is in the template, or in the request that made it. */
export class SecretStore {
  readonly #state: DatabaseSync;
  readonly #find: StatementSync;
  readonly #create: StatementSync;
  readonly #sow: StatementSync;
  readonly #versions: StatementSync;
  readonly #add: StatementSync;
  readonly #label: StatementSync;
  readonly #made: StatementSync;
  readonly #make: StatementSync;

  constructor(state: DatabaseSync) {
    state.exec(`
      CREATE TABLE IF NOT EXISTS secrets_secrets (
        name TEXT PRIMARY KEY, seed TEXT, created_at INTEGER NOT NULL) STRICT;
      CREATE TABLE IF NOT EXISTS secrets_versions (
        secret TEXT NOT NULL, id TEXT NOT NULL, text TEXT, binary TEXT,
        created_at INTEGER NOT NULL, stages TEXT NOT NULL, PRIMARY KEY (secret, id)) STRICT;
      CREATE TABLE IF NOT EXISTS secrets_made (
        name TEXT PRIMARY KEY, description TEXT, key TEXT) STRICT;`);
    this.#state = state;
    this.#find = state.prepare(
      'SELECT seed, created_at AS createdAt FROM secrets_secrets WHERE name = ?',
    );
    this.#create = state.prepare(
      'INSERT INTO secrets_secrets (name, created_at) VALUES (?, ?) ON CONFLICT DO NOTHING',
    );
    this.#sow = state.prepare('UPDATE secrets_secrets SET seed = ? WHERE name = ?');
    this.#versions = state.prepare(`SELECT id, text, binary, created_at AS createdAt, stages
      FROM secrets_versions WHERE secret = ? ORDER BY rowid DESC`);
    this.#add = state.prepare("INSERT INTO secrets_versions VALUES (?, ?, ?, ?, ?, '[]')");
    this.#label = state.prepare(
      'UPDATE secrets_versions SET stages = ? WHERE secret = ? AND id = ?',
    );
    this.#made = state.prepare('SELECT name, description, key FROM secrets_made');
    this.#make = state.prepare('INSERT INTO secrets_made VALUES (?, ?, ?)');
  }

  /** Makes a secret, unless an earlier boot did. @returns when it was made, in milliseconds */
  create(name: string, now: number): number {
    this.#create.run(name, now);
    return Row.parse(this.#find.get(name)).createdAt;
  }

  /**
   * Gives a secret the value that its declaration makes, unless an equal declaration made one before.
   * @param seed - the declaration as text
   */
  sow(name: string, seed: string, id: string, make: () => string, now: number): void {
    if (Row.parse(this.#find.get(name)).seed === seed) return;
    const value = { text: make(), binary: null };
    atomically(this.#state, () => {
      this.#sow.run(seed, name);
      this.#put(name, id, value, ['AWSCURRENT'], now);
    });
  }

  /** Secrets that requests have made, and no template has. */
  made(): readonly Made[] {
    return this.#made.all().map((row) => Made.parse(row));
  }

  /** Notes that a request makes a secret. */
  make({ name, description, key }: Made): void {
    this.#make.run(name, description, key);
  }

  /** Takes a secret that a request has made away, with all of its versions. */
  forget(name: string): void {
    atomically(this.#state, () => {
      for (const table of ['made', 'secrets'])
        this.#state.prepare(`DELETE FROM secrets_${table} WHERE name = ?`).run(name);
      this.#state.prepare('DELETE FROM secrets_versions WHERE secret = ?').run(name);
    });
  }

  /** A secret's versions, the newest first, also those that no label names any more. */
  versions(name: string): readonly Version[] {
    return this.#versions.all(name).map((row) => Version.parse(row));
  }

  /** Adds a version, and moves the staging labels to it that it is given. */
  put(name: string, id: string, value: SecretValue, stages: readonly string[], now: number): void {
    atomically(this.#state, () => this.#put(name, id, value, stages, now));
  }

  #put(name: string, id: string, value: SecretValue, stages: readonly string[], now: number): void {
    this.#add.run(name, id, value.text, value.binary, now);
    for (const version of this.versions(name)) {
      const kept = version.stages.filter((stage) => !stages.includes(stage));
      const wasCurrent = version.stages.includes('AWSCURRENT');
      const replaced = stages.includes('AWSCURRENT');
      const previous = replaced ? kept.filter((stage) => stage !== 'AWSPREVIOUS') : kept;
      if (replaced && wasCurrent) previous.push('AWSPREVIOUS');
      const labels = version.id === id ? stages : previous;
      this.#label.run(JSON.stringify(labels), name, version.id);
    }
  }
}
