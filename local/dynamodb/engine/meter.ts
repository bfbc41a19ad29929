import type { ReportedCapacity } from './inputs.ts';
import type { Index, Table } from './shape.ts';

const readUnit = 4096;
const writeUnit = 1024;

export const writeUnits = (size: number) => Math.max(1, Math.ceil(size / writeUnit));

/** @param isConsistent - half as much when not */
export const readUnits = (size: number, isConsistent: boolean) =>
  Math.max(1, Math.ceil(size / readUnit)) / (isConsistent ? 1 : 2);

interface Consumed {
  table: number;
  read: number;
  write: number;
  readonly indexes: Map<Index, number>;
}

/** Counts what a request consumes, for each table. */
export class Meter {
  readonly #mode: ReportedCapacity;
  readonly #tables = new Map<Table, Consumed>();
  /** A transaction is charged twice, and says what was read and what written. */
  readonly #isTransaction: boolean;

  constructor(mode: ReportedCapacity, isTransaction = false) {
    this.#mode = mode;
    this.#isTransaction = isTransaction;
  }

  get isOn(): boolean {
    return this.#mode === 'TOTAL' || this.#mode === 'INDEXES';
  }

  read(table: Table, units: number, index?: Index): void {
    if (this.isOn) this.#add(table, units, 'read', index);
  }

  write(table: Table, units: number, index?: Index): void {
    if (this.isOn) this.#add(table, units, 'write', index);
  }

  #add(table: Table, units: number, kind: 'read' | 'write', index: Index | undefined): void {
    const charged = this.#isTransaction ? units * 2 : units;
    const known = this.#tables.get(table);
    const consumed = known ?? { table: 0, read: 0, write: 0, indexes: new Map() };
    if (known === undefined) this.#tables.set(table, consumed);
    consumed[kind] += charged;
    if (index === undefined) consumed.table += charged;
    else consumed.indexes.set(index, (consumed.indexes.get(index) ?? 0) + charged);
  }

  /** For each table, when that was asked for. */
  get all(): readonly object[] | undefined {
    if (!this.isOn) return undefined;
    return [...this.#tables].map(([table, consumed]) => this.#told(table, consumed));
  }

  /** Of the one table that the request is about. */
  get only(): object | undefined {
    return this.all?.[0];
  }

  #told({ name }: Table, { table, read, write, indexes }: Consumed): object {
    const total = {
      TableName: name,
      CapacityUnits: read + write,
      ...(this.#isTransaction && read > 0 && { ReadCapacityUnits: read }),
      ...(this.#isTransaction && write > 0 && { WriteCapacityUnits: write }),
    };
    if (this.#mode !== 'INDEXES') return total;
    const of = (isLocal: boolean) => {
      const found = [...indexes].filter(([index]) => index.isLocal === isLocal);
      if (found.length === 0) return undefined;
      return Object.fromEntries(found.map(([index, units]) => [index.name, unitsOf(units)]));
    };
    const [local, global] = [of(true), of(false)];
    return {
      ...total,
      Table: unitsOf(table),
      ...(local && { LocalSecondaryIndexes: local }),
      ...(global && { GlobalSecondaryIndexes: global }),
    };
  }
}

const unitsOf = (units: number) => ({ CapacityUnits: units });
