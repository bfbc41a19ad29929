import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { ChangeSetRecord, StackEvent, StackRecord } from './records.ts';

const Row = z.object({ record: z.string() });

/** Stacks, their change sets and their events, in the region's state. */
export class StackTable {
  readonly #state: DatabaseSync;

  constructor(state: DatabaseSync) {
    this.#state = state;
    state.exec(`
      CREATE TABLE IF NOT EXISTS cloudformation_stacks (name TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT;
      CREATE TABLE IF NOT EXISTS cloudformation_change_sets (
        id TEXT PRIMARY KEY, stack TEXT NOT NULL, name TEXT NOT NULL, record TEXT NOT NULL,
        UNIQUE (stack, name)) STRICT;
      CREATE TABLE IF NOT EXISTS cloudformation_events (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, stack TEXT NOT NULL, record TEXT NOT NULL) STRICT;`);
  }

  /** Every stack, also those that are deleted. */
  stacks(): readonly StackRecord[] {
    return this.#records(StackRecord, 'SELECT record FROM cloudformation_stacks ORDER BY name');
  }

  saveStack(stack: StackRecord): void {
    this.#state
      .prepare('INSERT OR REPLACE INTO cloudformation_stacks (name, record) VALUES (?, ?)')
      .run(stack.name, JSON.stringify(stack));
  }

  /** As if it had never been; its events with it. */
  forgetStack(name: string): void {
    this.#state.prepare('DELETE FROM cloudformation_stacks WHERE name = ?').run(name);
    this.#state.prepare('DELETE FROM cloudformation_change_sets WHERE stack = ?').run(name);
    this.#state.prepare('DELETE FROM cloudformation_events WHERE stack = ?').run(name);
  }

  changeSets(stack: string): readonly ChangeSetRecord[] {
    const all = 'SELECT record FROM cloudformation_change_sets WHERE stack = ? ORDER BY rowid';
    return this.#records(ChangeSetRecord, all, stack);
  }

  saveChangeSet(changeSet: ChangeSetRecord): void {
    this.#state
      .prepare(
        'INSERT INTO cloudformation_change_sets (id, stack, name, record) VALUES (?, ?, ?, ?)',
      )
      .run(changeSet.id, changeSet.stack, changeSet.name, JSON.stringify(changeSet));
  }

  deleteChangeSet(id: string): void {
    this.#state.prepare('DELETE FROM cloudformation_change_sets WHERE id = ?').run(id);
  }

  /** An operation on a stack ends what else was planned for it. */
  deleteChangeSets(stack: string): void {
    this.#state.prepare('DELETE FROM cloudformation_change_sets WHERE stack = ?').run(stack);
  }

  /** A stack's events, the newest first. */
  events(stack: string): readonly StackEvent[] {
    const all = 'SELECT record FROM cloudformation_events WHERE stack = ? ORDER BY seq DESC';
    return this.#records(StackEvent, all, stack);
  }

  addEvent(event: StackEvent): void {
    this.#state
      .prepare('INSERT INTO cloudformation_events (stack, record) VALUES (?, ?)')
      .run(event.stackName, JSON.stringify(event));
  }

  #records<Schema extends z.ZodType>(
    schema: Schema,
    query: string,
    ...values: string[]
  ): readonly z.output<Schema>[] {
    const rows = this.#state.prepare(query).all(...values);
    return rows.map((row) => schema.parse(JSON.parse(Row.parse(row).record)));
  }
}
