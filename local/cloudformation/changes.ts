import { resolve } from './intrinsics.ts';
import type { StackPlan } from './plan.ts';
import { Problems } from './problems.ts';
import type { Change, ResourceRecord } from './records.ts';

/**
 * What there is to do to come from one plan to another: a resource counts as changed when something of its own, or
 * the value of a parameter or a condition in it, is another; not when only a resource that it names has changed.
 *
 * @param before - undefined: there is nothing yet
 * @param existing - what came out of `before`, for the physical ids
 */
export function changesBetween(
  before: StackPlan | undefined,
  after: StackPlan,
  existing: readonly ResourceRecord[],
): Change[] {
  const [old, now] = [before === undefined ? new Map() : settled(before), settled(after)];
  const idOf = (name: string) => existing.find(({ logicalId }) => logicalId === name)?.physicalId;
  const present = [...now].flatMap(([logicalId, { type, text }]): Change[] => {
    const was = old.get(logicalId);
    if (was === undefined) return [{ action: 'Add', logicalId, type }];
    if (was.text === text) return [];
    return [{ action: 'Modify', logicalId, physicalId: idOf(logicalId), type }];
  });
  const gone = [...old].filter(([logicalId]) => !now.has(logicalId));
  const removed = gone.map(([logicalId, { type }]): Change => {
    return { action: 'Remove', logicalId, physicalId: idOf(logicalId), type };
  });
  return [...present, ...removed];
}

interface Settled {
  readonly type: string;
  /** All that is known of it before anything exists, other resources by their names. */
  readonly text: string;
}

function settled(plan: StackPlan): ReadonlyMap<string, Settled> {
  // What is wrong with the plan has been reported by whoever made it.
  const scope = plan.scope(new Problems(), (name, attribute = '') => `<${name}.${attribute}>`);
  return new Map(
    [...plan.resources.values()].map(({ logicalId, kind: { type }, properties }) => {
      const { DependsOn, DeletionPolicy, UpdateReplacePolicy, Metadata } =
        plan.template.Resources[logicalId] ?? {};
      const Properties = resolve(properties, ['Resources', logicalId, 'Properties'], scope);
      const own = { Properties, DependsOn, DeletionPolicy, UpdateReplacePolicy, Metadata };
      return [logicalId, { type, text: JSON.stringify(own) }];
    }),
  );
}
