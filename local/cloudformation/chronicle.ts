import { randomUUID } from 'node:crypto';
import type { StackEvent, StackRecord, StackStatus } from './records.ts';
import type { StackTable } from './stack-table.ts';

/** One operation on a stack as it goes on: every change of a status is kept, and told as an event. */
export class Chronicle {
  readonly #table: StackTable;
  readonly #now: () => number;
  readonly #operation = randomUUID();
  #stack: StackRecord;
  /** When the last event was, for whoever reads them puts them in order by their time alone. */
  #told = 0;

  /** @param now - the region's time in milliseconds since the epoch */
  constructor(table: StackTable, now: () => number, stack: StackRecord) {
    this.#table = table;
    this.#now = now;
    this.#stack = stack;
  }

  get stack(): StackRecord {
    return this.#stack;
  }

  now(): number {
    return Math.floor(this.#now());
  }

  /** The stack is at something else, and has changed with it. */
  reach(status: StackStatus, reason?: string, change: Partial<StackRecord> = {}): void {
    // What was changed beside the operation, such as the protection, stays.
    const kept = this.#table.stacks().find(({ name }) => name === this.#stack.name);
    this.#stack = { ...this.#stack, isProtected: kept?.isProtected ?? false };
    this.#stack = { ...this.#stack, reason, ...change, status };
    this.#table.saveStack(this.#stack);
    const { name, id } = this.#stack;
    this.tell({ logicalId: name, physicalId: id, type: stackType, status, reason });
  }

  /** Something became of a resource. */
  tell(event: Pick<StackEvent, 'logicalId' | 'physicalId' | 'type' | 'status' | 'reason'>): void {
    const { id: stackId, name: stackName } = this.#stack;
    const operation = this.#operation;
    const id = randomUUID();
    this.#told = Math.max(this.now(), this.#told + 1);
    this.#table.addEvent({ ...event, id, operation, stackId, stackName, at: this.#told });
  }
}

const stackType = 'AWS::CloudFormation::Stack';
