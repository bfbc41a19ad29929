import type { MigratedTable, MigrationId } from './contract.ts';

/** Attributes of a row by their names, as DynamoDB gives them: what is absent is not there. */
export type Fields = Readonly<Record<string, unknown>>;

/** By what a row is known, which never changes. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** A whole row. */
export type Row = Fields & Key;

/** What a row needs for a table to be as this release writes it. */
export interface Correction {
  /** Attributes to set; those that are `undefined` are removed. */
  readonly set?: Fields;
  /** Rows that belong beside it; one whose key is there already is left as it is. */
  readonly beside?: readonly Row[];
}

/**
 * One migration of data. It runs with live users and again after any interruption, so what it says of a row must be
 * pure, and said once: a row that it has corrected needs nothing more. Releases that read the rows take both shapes; the
 * release after may take the new one only.
 */
export interface Migration {
  readonly id: MigrationId;
  readonly table: MigratedTable;
  /** How `pk` of its rows begins, and what `sk` is. */
  readonly keyPrefix: string;
  readonly sortKey: string;
  /**
   * All attributes that it reads or writes, and none of the key. A row is changed only while all of them are as they
   * were read; whatever else a learner changes in the row meanwhile stays.
   */
  readonly attributes: readonly [string, ...string[]];
  /** What a row of this key with these attributes, and no others, needs; undefined: nothing. */
  readonly correct: (fields: Fields, key: Key) => Correction | undefined;
  /** The row that says to others, once all rows are right, that they are; of a copy too, whose own run writes it. */
  readonly atEnd?: Row;
}

/** A migration touched what it does not declare. */
export class UndeclaredAttribute extends Error {
  override readonly name = 'UndeclaredAttribute';
  readonly code = 'undeclared-attribute';

  constructor({ id }: Migration, names: readonly string[]) {
    super(
      `migration ${id} sets ${names.join(', ')}, which its attributes do not list: list them, so that no change of a learner's is lost.`,
    );
  }
}

/** The declared attributes of a row. */
export function fieldsOf(migration: Migration, row: Fields): Fields {
  return Object.fromEntries(
    migration.attributes.flatMap((name) => (row[name] === undefined ? [] : [[name, row[name]]])),
  );
}

/**
 * What a row needs, by a migration that keeps to what it declares.
 *
 * @throws {UndeclaredAttribute}
 */
export function correctionOf(migration: Migration, fields: Fields, key: Key): Required<Correction> {
  const { set = {}, beside = [] } = migration.correct(fields, key) ?? {};
  const undeclared = Object.keys(set).filter((name) => !migration.attributes.includes(name));
  if (undeclared.length > 0) throw new UndeclaredAttribute(migration, undeclared);
  return { set, beside };
}
