import { Chronicle } from './chronicle.ts';
import type { CreatedStack, CreationWatch } from './create.ts';
import { TemplateError } from './problems.ts';
import type { Change, ChangeSetRecord, Made, ResourceRecord, StackRecord } from './records.ts';
import type { Revision, StackRunner } from './runner.ts';
import type { StackTable } from './stack-table.ts';
import { parseTemplate } from './template.ts';

/** The verb of a resource's status, by what a change set does with it. */
const verbs = { Add: 'CREATE', Modify: 'UPDATE', Remove: 'DELETE' } as const;

/** What a stack is made of, as it can be run. @throws TemplateError */
export function revisionOf({ name, template, parameters }: Made & { name: string }): Revision {
  const source = `the template of ${name}`;
  const parsed = parseTemplate(JSON.parse(template), source);
  return { stackName: name, template: parsed, source, parameters };
}

/**
 * Creates, updates and deletes the stack, one operation after the other. As at AWS an operation that fails goes back
 * to where it began: a new stack is `ROLLBACK_COMPLETE`, an old one runs its previous template again.
 */
export class Executions {
  readonly #table: StackTable;
  readonly #runner: StackRunner;
  readonly #now: () => number;

  constructor(table: StackTable, runner: StackRunner, now: () => number) {
    this.#table = table;
    this.#runner = runner;
    this.#now = now;
  }

  async create(stack: StackRecord, changeSet: ChangeSetRecord): Promise<void> {
    const chronicle = this.#open(stack);
    chronicle.reach('CREATE_IN_PROGRESS', 'User Initiated', madeOf(changeSet));
    const created: ResourceRecord[] = [];
    try {
      const { outputs } = await this.#run(chronicle, changeSet, created);
      chronicle.reach('CREATE_COMPLETE', undefined, { outputs, resources: created });
    } catch (error) {
      const failed = tellFailures(chronicle, changeSet.changes, error);
      chronicle.reach('ROLLBACK_IN_PROGRESS', `${failed} Rollback requested by user.`);
      await this.#runner.clear();
      const resources = await this.#takeAway(chronicle, created, chronicle.stack.template);
      chronicle.reach('ROLLBACK_COMPLETE', undefined, { resources });
    }
  }

  async update(stack: StackRecord, changeSet: ChangeSetRecord): Promise<void> {
    const chronicle = this.#open(stack);
    const { resources: before, template } = stack;
    chronicle.reach('UPDATE_IN_PROGRESS', 'User Initiated');
    const resources: ResourceRecord[] = [];
    let outputs: CreatedStack['outputs'];
    try {
      ({ outputs } = await this.#run(chronicle, changeSet, resources));
    } catch (error) {
      const failed = tellFailures(chronicle, changeSet.changes, error);
      return this.#goBack(chronicle, stack, failed);
    }
    const updated = { ...madeOf(changeSet), outputs, updatedAt: chronicle.now() };
    const untouched = new Map(before.map((one) => [one.logicalId, one]));
    const changed = new Set(changeSet.changes.map(({ logicalId }) => logicalId));
    const kept = resources.map((one) =>
      changed.has(one.logicalId) ? one : (untouched.get(one.logicalId) ?? one),
    );
    const cleaning = { ...updated, resources: kept, fromAssembly: false };
    chronicle.reach('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', undefined, cleaning);
    const gone = before.filter((one) => !resources.some((now) => now.logicalId === one.logicalId));
    await this.#takeAway(chronicle, gone, template);
    chronicle.reach('UPDATE_COMPLETE');
  }

  /** Deletes what the template does not retain. */
  async delete(stack: StackRecord): Promise<void> {
    const chronicle = this.#open(stack);
    chronicle.reach('DELETE_IN_PROGRESS', 'User Initiated');
    await this.#runner.clear();
    const resources = await this.#takeAway(chronicle, stack.resources, stack.template);
    const deletedAt = chronicle.now();
    chronicle.reach('DELETE_COMPLETE', undefined, { deletedAt, resources, outputs: {} });
  }

  /**
   * Brings up what ran when the process ended. What it had not got to the end of, it goes back from.
   * @throws TemplateError - the local region cannot run it any more
   */
  async resume(stack: StackRecord): Promise<void> {
    const interrupted = 'the local region ended in the middle of it';
    const chronicle = this.#open(stack);
    switch (stack.status) {
      case 'REVIEW_IN_PROGRESS':
      case 'ROLLBACK_COMPLETE':
      case 'DELETE_COMPLETE':
      case 'DELETE_FAILED':
        return this.#runner.clear();
      case 'CREATE_IN_PROGRESS':
      case 'ROLLBACK_IN_PROGRESS':
        await this.#runner.clear();
        return chronicle.reach('ROLLBACK_COMPLETE', interrupted, { resources: [] });
      case 'DELETE_IN_PROGRESS':
        return this.delete(stack);
      case 'CREATE_COMPLETE':
      case 'UPDATE_COMPLETE':
      case 'UPDATE_ROLLBACK_COMPLETE':
        return this.#again(stack, (change) => this.#table.saveStack({ ...stack, ...change }));
      case 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS':
        return this.#again(stack, (change) =>
          chronicle.reach('UPDATE_COMPLETE', interrupted, change),
        );
      case 'UPDATE_IN_PROGRESS':
      case 'UPDATE_ROLLBACK_IN_PROGRESS':
      case 'UPDATE_ROLLBACK_FAILED':
        return this.#again(stack, (change) =>
          chronicle.reach('UPDATE_ROLLBACK_COMPLETE', interrupted, change),
        );
      default:
        stack.status satisfies never;
    }
  }

  /** Outputs may be others: the region answers at another port. */
  async #again(stack: StackRecord, then: (change: Partial<StackRecord>) => void): Promise<void> {
    const { outputs } = await this.#runner.run(revisionOf(stack));
    then({ outputs });
  }

  #open(stack: StackRecord): Chronicle {
    return new Chronicle(this.#table, this.#now, stack);
  }

  #run(
    chronicle: Chronicle,
    changeSet: ChangeSetRecord,
    resources: ResourceRecord[],
  ): Promise<CreatedStack> {
    const revision = revisionOf({ ...changeSet, name: chronicle.stack.name });
    return this.#runner.run(revision, watching(chronicle, changeSet.changes, resources));
  }

  async #goBack(chronicle: Chronicle, stack: StackRecord, failed: string): Promise<void> {
    chronicle.reach('UPDATE_ROLLBACK_IN_PROGRESS', failed);
    try {
      const { outputs } = await this.#runner.run(revisionOf(stack));
      chronicle.reach('UPDATE_ROLLBACK_COMPLETE', undefined, { outputs });
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      await this.#runner.clear();
      chronicle.reach('UPDATE_ROLLBACK_FAILED', error.message);
    }
  }

  /** @returns the resources, with what became of each: `DELETE_COMPLETE`, or `DELETE_SKIPPED` for what is retained */
  async #takeAway(
    chronicle: Chronicle,
    resources: readonly ResourceRecord[],
    template: string,
  ): Promise<ResourceRecord[]> {
    const taken: ResourceRecord[] = [];
    const { Resources } = parseTemplate(JSON.parse(template), 'the template');
    for (const { logicalId, physicalId, type } of resources.toReversed()) {
      const told = { logicalId, physicalId, type, reason: undefined };
      const retained = Resources[logicalId]?.DeletionPolicy?.startsWith('Retain') === true;
      const status = retained ? 'DELETE_SKIPPED' : 'DELETE_COMPLETE';
      if (!retained) chronicle.tell({ ...told, status: 'DELETE_IN_PROGRESS' });
      await this.#runner.leave(type, physicalId, retained);
      chronicle.tell({ ...told, status });
      taken.push({ logicalId, physicalId, type, status, at: chronicle.now() });
    }
    return taken;
  }
}

function madeOf({ template, parameters, tags, role }: ChangeSetRecord): Made {
  return { template, parameters, tags, role };
}

/** Tells of the resources that a change set changes, and notes all. */
function watching(
  chronicle: Chronicle,
  changes: readonly Change[],
  resources: ResourceRecord[],
): CreationWatch {
  const changed = new Map(changes.map((change) => [change.logicalId, change]));
  return {
    begun({ logicalId, kind: { type } }) {
      const change = changed.get(logicalId);
      if (change === undefined) return;
      const status = `${verbs[change.action]}_IN_PROGRESS`;
      const { physicalId = '' } = change;
      chronicle.tell({ logicalId, physicalId, type, status, reason: undefined });
    },
    created({ logicalId, kind: { type } }, { ref: physicalId }) {
      const change = changed.get(logicalId);
      const status = `${verbs[change?.action ?? 'Add']}_COMPLETE`;
      resources.push({ logicalId, physicalId, type, status, at: chronicle.now() });
      if (change !== undefined) {
        chronicle.tell({ logicalId, physicalId, type, status, reason: undefined });
      }
    },
  };
}

/**
 * Tells what failed, resource by resource.
 * @returns CloudFormation's sentence about it
 * @throws what is no failure of the template's
 */
function tellFailures(chronicle: Chronicle, changes: readonly Change[], error: unknown): string {
  if (!(error instanceof TemplateError)) throw error;
  const failed = new Set<string>();
  for (const { path, message: reason } of error.problems) {
    const [, logicalId = ''] = /^Resources\.([^.]+)/.exec(path) ?? [];
    const change = changes.find((one) => one.logicalId === logicalId);
    const status = `${change === undefined ? 'UPDATE' : verbs[change.action]}_FAILED`;
    const { name } = chronicle.stack;
    const type = change?.type ?? 'AWS::CloudFormation::Stack';
    const told = { logicalId: logicalId === '' ? name : logicalId, physicalId: '', type, status };
    chronicle.tell({ ...told, reason: `${path}: ${reason}` });
    failed.add(told.logicalId);
  }
  return `The following resource(s) failed: [${[...failed].join(', ')}].`;
}
