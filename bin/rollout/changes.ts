import type { Toolkit } from '@aws-cdk/toolkit-lib';
import * as z from 'zod';

/** The CDK's own comparison of the template that is deployed with the one that was synthesized. */
export type TemplateDiff = Awaited<ReturnType<Toolkit['diff']>>[string];

/** What becomes of one resource. */
export interface Change {
  readonly id: string;
  readonly type: string;
  readonly how: 'add' | 'update' | 'replace' | 'may replace' | 'destroy' | 'leave';
}

/** What a deployment would change. */
export interface Changes {
  readonly isEmpty: boolean;
  /** What is replaced, destroyed or left behind first. */
  readonly resources: readonly Change[];
  /** Somebody or something may do more than before, or other things. */
  readonly permissions: 'same' | 'changed' | 'broadened';
}

/** Resources that hold what people have entered: one that is replaced starts empty. */
const precious: readonly string[] = [
  'AWS::DynamoDB::Table',
  'AWS::Cognito::UserPool',
  'AWS::S3::Bucket',
  'AWS::KMS::Key',
];

const order: readonly Change['how'][] = [
  'replace',
  'destroy',
  'may replace',
  'leave',
  'add',
  'update',
];

/** Reads a comparison. */
export function changesOf(diff: TemplateDiff): Changes {
  const resources = Object.entries(diff.resources.changes)
    .map(([id, change]) => ({
      id,
      // What is there, where an id comes to mean something of another type.
      type: change.oldResourceType ?? change.newResourceType ?? '',
      how: editsAttribute(change) ? ('may replace' as const) : howOf(`${change.changeImpact}`),
    }))
    .sort((a, b) => order.indexOf(a.how) - order.indexOf(b.how));
  const changed = diff.permissionsAnyChanges ? 'changed' : 'same';
  return {
    isEmpty: diff.isEmpty,
    resources,
    permissions: diff.permissionsBroadened ? 'broadened' : changed,
  };
}

/** Logical ids of which somebody says that their data is not lost. */
export interface Accepted {
  /** May be replaced as far as anybody can tell before, and are not. */
  readonly mayReplace?: readonly string[];
  /** Are meant to be left behind: kept by AWS, and out of the region's sight. */
  readonly mayLeave?: readonly string[];
}

/**
 * The resources with people's data that a deployment would replace, destroy or leave behind, or may replace: it is
 * refused then (edge case 47). What is left behind is kept, as everything with people's data is by its template, but a
 * region whose table was renamed goes on with an empty one.
 */
export function lostIn(
  { resources }: Changes,
  { mayReplace = [], mayLeave = [] }: Accepted = {},
): readonly Change[] {
  const isLost = ({ how, id }: Change) => {
    switch (how) {
      case 'replace':
      case 'destroy':
        return true;
      case 'may replace':
        return !mayReplace.includes(id);
      case 'leave':
        return !mayLeave.includes(id);
      case 'add':
      case 'update':
        return false;
      default:
        return how satisfies never;
    }
  };
  return resources.filter((change) => precious.includes(change.type) && isLost(change));
}

/** Whether secrets go, with what somebody has put into them; what of it is providers' is carried over (`carry-over.ts`). */
export function deletesSecrets({ resources }: Pick<Changes, 'resources'>): boolean {
  return resources.some(
    ({ type, how }) => type === 'AWS::SecretsManager::Secret' && how === 'destroy',
  );
}

/** Lines for people: what is lost first, each by its name; what is added or updated as counts by kind. */
export function describe(changes: Changes): readonly string[] {
  const { resources, permissions } = changes;
  const grave = resources.filter(({ how }) => how !== 'add' && how !== 'update');
  const counts = (how: Change['how']) => {
    const types = resources.filter((change) => change.how === how).map(({ type }) => type);
    return [...new Set(types)].sort().map((type) => {
      const { length } = types.filter((other) => other === type);
      return `${how === 'add' ? '+' : '~'} ${String(length).padStart(3)} ${type}`;
    });
  };
  const lines = grave.map(({ how, type, id }) => `! ${how}: ${type} ${id}`);
  const rights = { same: [], changed: ['permissions change'], broadened: ['permissions broaden'] };
  const carried = deletesSecrets(changes)
    ? ['what opens providers is carried over into their one secret']
    : [];
  return [...lines, ...carried, ...counts('add'), ...counts('update'), ...rights[permissions]];
}

/** One line: how many are added, updated, replaced and destroyed. */
export function summarize({ isEmpty, resources }: Changes): string {
  if (isEmpty) return 'no change';
  const counted = order
    .map((how) => ({ how, count: resources.filter((change) => change.how === how).length }))
    .filter(({ count }) => count > 0)
    .map(({ how, count }) => `${count} to ${how}`);
  return counted.length === 0 ? 'outputs or metadata change' : counted.join(', ');
}

type ResourceChange = TemplateDiff['resources']['changes'][string];

const Attributes = z
  .array(z.object({ AttributeName: z.string(), AttributeType: z.string() }))
  .default([]);

/**
 * Whether an attribute of a table gets another type: CloudFormation may make a new table for that, which the CDK does
 * not know. One more or one less, of an index that comes or goes, is harmless (CloudFormation's reference,
 * `AWS::DynamoDB::Table AttributeDefinitions`).
 */
function editsAttribute({ oldProperties, newProperties, isUpdate }: ResourceChange): boolean {
  if (!isUpdate) return false;
  const before = Attributes.parse(oldProperties?.['AttributeDefinitions']);
  const after = Attributes.parse(newProperties?.['AttributeDefinitions']);
  return before.some((old) =>
    after.some(
      ({ AttributeName, AttributeType }) =>
        AttributeName === old.AttributeName && AttributeType !== old.AttributeType,
    ),
  );
}

/** The toolkit's enumeration is not exported: an impact that is not known here must not pass for harmless. */
function howOf(impact: string): Change['how'] {
  switch (impact) {
    case 'WILL_CREATE':
    case 'WILL_IMPORT':
      return 'add';
    case 'WILL_UPDATE':
    case 'NO_CHANGE':
      return 'update';
    case 'WILL_REPLACE':
      return 'replace';
    case 'MAY_REPLACE':
      return 'may replace';
    case 'WILL_ORPHAN':
      return 'leave';
    default:
      return 'destroy';
  }
}
