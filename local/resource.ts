import type { z } from 'zod';

/** What creating a resource gives to the rest of the template: the value of `Ref` and of each `Fn::GetAtt`. */
export interface Created {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A resource of the template as a kind sees it: intrinsics resolved, properties parsed. */
export interface Declared<Properties> {
  readonly logicalId: string;
  /** Stable across restarts: derived from stack name and logical id; used where the template names nothing. */
  readonly physicalName: string;
  readonly properties: Properties;
}

/**
 * One CloudFormation resource type that the local region can create. `properties` is strict at every
 * depth: whatever it does not list stops the boot with the property's path, so that nothing in a
 * template is silently ignored. A property that is right to ignore locally is listed all the same.
 */
export interface ResourceKind<Schema extends z.ZodType = z.ZodType> {
  readonly type: string;
  readonly properties: Schema;
  /** Makes the resource, or finds the one that an earlier boot on the same data made. */
  create(declared: Declared<z.output<Schema>>): Promise<Created> | Created;
  /** Takes away what it keeps, when its template does not retain it; without one there is nothing to take away. */
  remove?(physicalId: string): Promise<void> | void;
  /** Goes on with it when no template has it any more; without it, it stays without a word. */
  retain?(physicalId: string): void;
}

/** Keeps the properties' type between `properties` and `create` of one kind. */
export function resourceKind<Schema extends z.ZodType>(kind: ResourceKind<Schema>): ResourceKind {
  // A kind is only ever given what its own schema has parsed, so the narrower parameter is safe.
  return kind as unknown as ResourceKind;
}
