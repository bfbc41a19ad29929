import type { CreatedStack, CreationWatch } from './create.ts';
import type { StackPlan } from './plan.ts';
import type { Template } from './template.ts';

/** A template with the values of its parameters: what a stack is to be. */
export interface Revision {
  readonly stackName: string;
  readonly template: Template;
  /** Names the template in errors. */
  readonly source: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** What runs the one stack of a local region. */
export interface StackRunner {
  /**
   * Looks at a revision without touching what runs.
   * @throws TemplateError with everything in it that the local region cannot run
   */
  plan(revision: Revision): StackPlan;
  /**
   * Stops what runs, and starts a revision over the same data. When it fails, nothing runs.
   * @throws TemplateError
   */
  run(revision: Revision, watch?: CreationWatch): Promise<CreatedStack>;
  /** Stops what runs; the services stay, without anything of a template. */
  clear(): Promise<void>;
  /**
   * Is told of a resource that is no template's any more: what it keeps is taken away, unless that is retained, so that
   * it can be looked at and deleted by other means.
   */
  leave(type: string, physicalId: string, isRetained: boolean): Promise<void>;
}
