import type { LocalContext } from '../context.ts';
import { invalid, type QueryForm } from '../query.ts';
import { ServiceError } from '../service.ts';
import { stackIdOf } from './parameters.ts';
import type { ChangeSetRecord, StackRecord, StackStatus } from './records.ts';
import type { StackTable } from './stack-table.ts';

/** Finds stacks and change sets by what requests call them, and refuses as CloudFormation does. */
export class StackDirectory {
  readonly #context: LocalContext;
  readonly #table: StackTable;

  constructor(context: LocalContext, table: StackTable) {
    this.#context = context;
    this.#table = table;
  }

  /** Those that are not deleted. */
  present(): readonly StackRecord[] {
    return this.#table.stacks().filter(({ status }) => status !== 'DELETE_COMPLETE');
  }

  /** @param id - name or ARN */
  known(id: string): StackRecord | undefined {
    return this.present().find((stack) => stack.name === id || stack.id === id);
  }

  /** @throws ServiceError - there is none, or it is deleted */
  need(form: QueryForm): StackRecord {
    const id = form.need('StackName');
    const stack = this.known(id);
    if (stack === undefined) throw invalid(`Stack [${id}] does not exist`);
    return stack;
  }

  /**
   * As {@link need}, also a stack that is deleted when it is asked for by its ARN.
   * @throws ServiceError
   */
  find(id: string): StackRecord {
    const deleted = () => this.#table.stacks().find((stack) => stack.id === id);
    const stack = this.known(id) ?? deleted();
    if (stack === undefined) throw invalid(`Stack with id ${id} does not exist`);
    return stack;
  }

  /** A request's change set: by its name with the stack's, or by its ARN. @throws ServiceError */
  changeSet(form: QueryForm): {
    readonly changeSet: ChangeSetRecord;
    readonly stack: StackRecord;
  } {
    const wanted = form.need('ChangeSetName');
    const id = form.text('StackName');
    const stacks = id === undefined ? this.present() : [this.find(id)];
    for (const stack of stacks) {
      const changeSet = this.changeSetOf(stack, wanted);
      if (changeSet !== undefined) return { changeSet, stack };
    }
    throw new ServiceError('ChangeSetNotFound', `ChangeSet [${wanted}] does not exist`, 404);
  }

  /** @param id - name or ARN */
  changeSetOf(stack: StackRecord, id: string): ChangeSetRecord | undefined {
    const all = this.#table.changeSets(stack.name);
    return all.find((changeSet) => changeSet.name === id || changeSet.id === id);
  }

  /** A stack of which nothing exists yet. @throws ServiceError - the name is none */
  fresh(name: string): StackRecord {
    if (!/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/.test(name)) {
      const constraint =
        'must begin with a letter and have letters, digits and hyphens, 128 at most';
      throw invalid(`Value '${name}' at 'stackName' failed to satisfy constraint: ${constraint}`);
    }
    return {
      id: stackIdOf({ ...this.#context, stackName: name }),
      name,
      status: 'REVIEW_IN_PROGRESS',
      createdAt: Math.floor(this.#context.clock.now()),
      isProtected: false,
      template: '',
      parameters: {},
      tags: [],
      outputs: {},
      resources: [],
      fromAssembly: false,
    };
  }

  /** @throws ServiceError - another stack is there: services and their data are one stack's */
  requireAlone(name: string): void {
    const other = this.present().find((stack) => stack.name !== name);
    if (other === undefined) return;
    const message = `The local region runs one stack, and it has ${other.name}: delete that, or start another region.`;
    throw new ServiceError('LimitExceededException', message);
  }
}

/** From where there is no way but to delete the stack. */
const dead: ReadonlySet<StackStatus> = new Set([
  'ROLLBACK_COMPLETE',
  'UPDATE_ROLLBACK_FAILED',
  'DELETE_FAILED',
]);

/** @throws ServiceError - nothing can be done with the stack but to delete it */
export function requireAlive({ id, status }: StackRecord): void {
  if (dead.has(status)) throw invalid(`Stack:${id} is in ${status} state and can not be updated.`);
}

/** @throws ServiceError - an operation is under way */
export function requireStable({ id, status }: StackRecord): void {
  const isUnderWay = status.endsWith('_IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS';
  if (!isUnderWay) return;
  throw invalid(`Stack:${id} is in ${status} state and can not be updated.`);
}
