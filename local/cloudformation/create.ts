import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Created } from '../resource.ts';
import { resolve, type Scope } from './intrinsics.ts';
import { physicalName } from './parameters.ts';
import type { PlannedResource, StackPlan } from './plan.ts';
import { Problems } from './problems.ts';
import { checkProperties } from './properties.ts';
import { containsUnknown, mapTexts, Unknown } from './value.ts';

/** A stack that runs. */
export interface CreatedStack {
  readonly outputs: Readonly<Record<string, string>>;
  readonly resources: ReadonlyMap<string, Created>;
}

/** Is told what becomes of resources, as it happens. */
export interface CreationWatch {
  begun(resource: PlannedResource): void;
  created(resource: PlannedResource, created: Created): void;
}

const nobody: CreationWatch = { begun: () => undefined, created: () => undefined };

/**
 * Creates a stack's resources, each as soon as those that it needs exist.
 * @throws TemplateError with every resource that could not be created (those that need it are not tried)
 */
export async function createStack(
  plan: StackPlan,
  watch: CreationWatch = nobody,
): Promise<CreatedStack> {
  const creation = new Creation(plan, watch);
  const resources = await creation.resources();
  return { resources, outputs: creation.outputs() };
}

class Creation {
  readonly #plan: StackPlan;
  readonly #watch: CreationWatch;
  readonly #problems = new Problems();
  readonly #scope: Scope;
  readonly #created = new Map<string, Created>();
  readonly #underWay = new Map<string, Promise<void>>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(plan: StackPlan, watch: CreationWatch) {
    this.#plan = plan;
    this.#watch = watch;
    this.#scope = plan.scope(this.#problems, (name, attribute, path) => {
      const created = this.#created.get(name);
      if (created === undefined) throw new Error(`${name} is used before it has been created`);
      if (attribute === undefined) return created.ref;
      const known = created.attributes;
      const value = Object.hasOwn(known, attribute) ? known[attribute] : undefined;
      if (value !== undefined) return value;
      const list = Object.keys(known).sort().join(', ') || 'none';
      const message = `${name} has no attribute "${attribute}" in the local region (it has: ${list})`;
      this.#problems.report(path, message);
      return Unknown;
    });
  }

  async resources(): Promise<ReadonlyMap<string, Created>> {
    await Promise.all([...this.#plan.resources.keys()].map((name) => this.#start(name)));
    this.#problems.throwIfAny(this.#plan.source);
    return this.#created;
  }

  outputs(): Readonly<Record<string, string>> {
    const outputs: Record<string, string> = {};
    for (const [name, declared] of this.#plan.outputs) {
      const path = ['Outputs', name, 'Value'];
      const value = mapTexts(resolve(declared, path, this.#scope), this.#plan.rewrite);
      if (typeof value === 'object' || typeof value === 'symbol') {
        if (value !== Unknown) this.#problems.report(path, 'must be text');
      } else {
        outputs[name] = String(value);
      }
    }
    this.#problems.throwIfAny(this.#plan.source);
    return outputs;
  }

  #start(name: string): Promise<void> {
    const known = this.#underWay.get(name);
    if (known !== undefined) return known;
    const resource = this.#plan.resources.get(name);
    const started = resource === undefined ? Promise.resolve() : this.#whenReady(resource);
    this.#underWay.set(name, started);
    return started;
  }

  async #whenReady(resource: PlannedResource): Promise<void> {
    const needs = [...resource.needs.keys()];
    await Promise.all(needs.map((name) => this.#start(name)));
    // Most are made without waiting for anything: so, whoever interrupts is heard between any two.
    this.#turn = this.#turn.then(() => nextTurn());
    await this.#turn;
    if (needs.every((name) => this.#created.has(name))) await this.#create(resource);
  }

  async #create(resource: PlannedResource): Promise<void> {
    const { logicalId, kind, properties } = resource;
    const path = ['Resources', logicalId];
    const at = [...path, 'Properties'];
    const value = mapTexts(resolve(properties, at, this.#scope), this.#plan.rewrite);
    const checked = checkProperties(kind, value, at, this.#problems);
    // What is still unknown has been reported as a problem.
    if (checked === undefined || containsUnknown(value)) return;
    this.#watch.begun(resource);
    try {
      const created = await kind.create({
        logicalId,
        physicalName: physicalName(this.#plan.stackName, logicalId),
        properties: checked.parsed,
      });
      this.#created.set(logicalId, created);
      this.#watch.created(resource, created);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#problems.report(path, `could not be created: ${reason}`, error);
    }
  }
}
