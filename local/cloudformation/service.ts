import type { LocalContext } from '../context.ts';
import { type Fields, invalid, QueryForm, queryRefusal, queryReply } from '../query.ts';
import {
  type AwsService,
  ServiceError,
  type ServiceReply,
  type ServiceRequest,
} from '../service.ts';
import { planChangeSet, type ReadObject } from './change-sets.ts';
import { Executions } from './execution.ts';
import { type Action, lookingActions } from './looking.ts';
import type { StackRecord, StackStatus } from './records.ts';
import type { StackRunner } from './runner.ts';
import { requireAlive, requireStable, StackDirectory } from './stack-directory.ts';
import { StackTable } from './stack-table.ts';

const namespace = 'http://cloudformation.amazonaws.com/doc/2010-05-15/';

export interface CloudFormationParts {
  readonly runner: StackRunner;
  readonly read: ReadObject;
  /** Is told of errors that are the local region's own. */
  report(message: string): void;
}

/**
 * The local region's CloudFormation, as tools that deploy speak to it: change sets, stacks and events, of one stack.
 * Services are replaced over the data that they have; a resource never is.
 */
export class CloudFormation implements AwsService {
  readonly target = 'cloudformation';
  readonly speaksQuery = true;
  readonly refusal = queryRefusal;
  readonly #context: LocalContext;
  readonly #parts: CloudFormationParts;
  readonly #table: StackTable;
  readonly #directory: StackDirectory;
  readonly #executions: Executions;
  readonly #actions: Readonly<Record<string, Action>>;
  #underWay: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(context: LocalContext, parts: CloudFormationParts) {
    this.#context = context;
    this.#parts = parts;
    this.#table = new StackTable(context.state);
    this.#directory = new StackDirectory(context, this.#table);
    this.#executions = new Executions(this.#table, parts.runner, () => context.clock.now());
    this.#actions = {
      ...lookingActions(this.#directory, this.#table),
      CreateChangeSet: (form) => this.#createChangeSet(form),
      ExecuteChangeSet: (form) => this.#executeChangeSet(form),
      DeleteChangeSet: (form) => this.#deleteChangeSet(form),
      UpdateTerminationProtection: (form) => this.#protect(form),
      DeleteStack: (form) => this.#deleteStack(form),
    };
  }

  async answer(operation: string, { body }: ServiceRequest): Promise<ServiceReply> {
    const action = Object.hasOwn(this.#actions, operation) ? this.#actions[operation] : undefined;
    if (action !== undefined) return queryReply(operation, namespace, action(new QueryForm(body)));
    const known = Object.keys(this.#actions).join(', ');
    throw new ServiceError(
      'InvalidAction',
      `The local region's CloudFormation does not answer ${operation}. It answers ${known}.`,
    );
  }

  /**
   * Brings up the stack that was deployed before, if there is one.
   * @throws TemplateError - the local region cannot run it any more
   */
  async resume(): Promise<void> {
    // An assembly's directory may have gone, or be another's by now.
    const gone = this.#table.stacks().filter(({ fromAssembly }) => fromAssembly);
    for (const { name } of gone) this.#table.forgetStack(name);
    const [stack] = this.#directory.present();
    if (stack === undefined) await this.#parts.runner.clear();
    else await this.#executions.resume(stack);
  }

  /** Notes a stack that was started from an assembly's directory, so that it can be looked at and updated. */
  note(stack: Pick<StackRecord, 'name' | 'template' | 'parameters' | 'outputs' | 'resources'>) {
    for (const { name } of this.#table.stacks()) this.#table.forgetStack(name);
    const fresh = this.#directory.fresh(stack.name);
    this.#table.saveStack({ ...fresh, ...stack, status: 'CREATE_COMPLETE', fromAssembly: true });
  }

  /** Waits for the operation that is under way, which fails as soon as it notices. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#underWay;
  }

  #createChangeSet(form: QueryForm): Fields {
    const [name, changeSetName] = [form.need('StackName'), form.need('ChangeSetName')];
    const stack = this.#stackFor(form, name, changeSetName);
    requireStable(stack);
    requireAlive(stack);
    this.#directory.requireAlone(stack.name);
    if (this.#directory.changeSetOf(stack, changeSetName) !== undefined) {
      const message = `ChangeSet ${changeSetName} already exists`;
      throw new ServiceError('AlreadyExistsException', message);
    }
    const { runner, read } = this.#parts;
    const changeSet = planChangeSet(this.#context, runner, read, stack, form);
    this.#table.saveStack(stack);
    this.#table.saveChangeSet(changeSet);
    return { Id: changeSet.id, StackId: stack.id };
  }

  /** The stack that a change set is for: a new one, or one that is there. @throws ServiceError */
  #stackFor(form: QueryForm, id: string, changeSetName: string): StackRecord {
    const known = this.#directory.known(id);
    if (form.text('ChangeSetType') !== 'CREATE') return this.#directory.need(form);
    if (known !== undefined && known.status !== 'REVIEW_IN_PROGRESS') {
      const message = `Stack [${id}] already exists and cannot be created again with the changeSet [${changeSetName}].`;
      throw invalid(message);
    }
    return known ?? this.#directory.fresh(id);
  }

  #executeChangeSet(form: QueryForm): Fields {
    const { changeSet, stack } = this.#directory.changeSet(form);
    requireStable(stack);
    if (changeSet.status !== 'CREATE_COMPLETE') {
      const message = `ChangeSet [${changeSet.id}] cannot be executed in its current status of [${changeSet.status}]`;
      throw new ServiceError('InvalidChangeSetStatus', message);
    }
    this.#table.deleteChangeSets(stack.name);
    if (changeSet.kind === 'CREATE') {
      this.#begin(stack, 'ROLLBACK_COMPLETE', () => this.#executions.create(stack, changeSet));
    } else {
      this.#begin(stack, 'UPDATE_ROLLBACK_FAILED', () => this.#executions.update(stack, changeSet));
    }
    return {};
  }

  /** One that is not there is as good as deleted. */
  #deleteChangeSet(form: QueryForm): Fields {
    const stack = this.#directory.need(form);
    const changeSet = this.#directory.changeSetOf(stack, form.need('ChangeSetName'));
    if (changeSet !== undefined) this.#table.deleteChangeSet(changeSet.id);
    return {};
  }

  #protect(form: QueryForm): Fields {
    const stack = this.#directory.need(form);
    const isProtected = form.flag('EnableTerminationProtection');
    this.#table.saveStack({ ...stack, isProtected });
    return { StackId: stack.id };
  }

  /** One that is not there is as good as deleted. */
  #deleteStack(form: QueryForm): Fields {
    const stack = this.#directory.known(form.need('StackName'));
    if (stack === undefined) return {};
    requireStable(stack);
    if (stack.isProtected) {
      throw invalid(
        `Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`,
      );
    }
    // What was only planned leaves no trace.
    if (stack.status === 'REVIEW_IN_PROGRESS') this.#table.forgetStack(stack.name);
    else this.#begin(stack, 'DELETE_FAILED', () => this.#executions.delete(stack));
    return {};
  }

  /**
   * Begins an operation; the first of its statuses is there when this returns.
   * @param broken - what the stack is at should the local region itself fail
   */
  #begin(stack: StackRecord, broken: StackStatus, operation: () => Promise<void>): void {
    this.#underWay = operation().catch((error: unknown) => {
      // What the end of the region has interrupted, its next start goes back from.
      if (this.#stopped) return;
      const what = error instanceof Error ? error : new Error(String(error));
      this.#parts.report(`${stack.name}: ${what.stack ?? what.message}`);
      const reason = `the local region failed, its log says more: ${what.message}`;
      this.#table.saveStack({ ...stack, status: broken, reason });
    });
  }
}
