import * as z from 'zod';
import type { ScimQuirks } from '../../regions/schema.ts';
import { AccountId } from '../enrolment/contract.ts';

const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User';
const patchSchema = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** The attribute that carries our id, and the one that says whether an account may be used. */
export function attributesOf({ names = {} }: ScimQuirks) {
  const { externalId = 'externalId', active = 'active' } = names;
  return { externalId, active };
}

/** The User that is asked for: an opaque id and nothing else of the learner. */
export function newUser(accountId: AccountId, quirks: ScimQuirks): Record<string, unknown> {
  const { externalId, active } = attributesOf(quirks);
  return [
    ...Object.entries(quirks.constants ?? {}),
    ['userName', accountId] as const,
    [externalId, accountId] as const,
    [active, true] as const,
  ].reduce<Record<string, unknown>>((user, [path, value]) => withAttribute(user, path, value), {
    schemas: schemasOf(quirks),
  });
}

/** Replaces the one attribute (RFC 7644, 3.5.2.3): by its path, or, for servers that take no path, as a key of the value. */
export function activePatch(isActive: boolean, quirks: ScimQuirks) {
  const { active } = attributesOf(quirks);
  const operation =
    quirks.patch === 'object'
      ? { op: 'replace', value: withAttribute({}, active, isActive) }
      : { op: 'replace', path: active, value: isActive };
  return { schemas: [patchSchema], Operations: [operation] };
}

/** The filter that finds the account which carries our id (RFC 7644, 3.4.2.2). */
export function ourFilter(accountId: AccountId, quirks: ScimQuirks): string {
  return `${attributesOf(quirks).externalId} eq "${accountId}"`;
}

/** Of a SCIM user only these are ours to read; a server may send any number of other attributes (RFC 7643, 3.1). */
export const User = z.looseObject({ id: z.string().min(1) });
export const Users = z.object({
  totalResults: z.int().min(0),
  startIndex: z.int().min(1).optional(),
  Resources: z.array(User).default([]),
});

/**
 * The id that somebody gave a user, ours where it is of our form; undefined where it carries none. Some servers give it back
 * in capitals, though it is the same to them.
 */
export function ourIdOf(user: z.infer<typeof User>, quirks: ScimQuirks): string | undefined {
  const value = attributeOf(user, attributesOf(quirks).externalId);
  if (typeof value !== 'string') return undefined;
  return AccountId.safeParse(value.toLowerCase()).data ?? value;
}

/** Whether a user may be used; undefined where the server does not say. */
export function isActive(user: z.infer<typeof User>, quirks: ScimQuirks): boolean | undefined {
  const value = attributeOf(user, attributesOf(quirks).active);
  // Some servers write what is a boolean as text.
  if (typeof value === 'string') return value.toLowerCase() === 'true';
  return typeof value === 'boolean' ? value : undefined;
}

/** The schemas that a user names: the core's, and those whose attributes it carries. */
function schemasOf({ names = {}, constants = {} }: ScimQuirks): readonly string[] {
  const paths = [...Object.values(names), ...Object.keys(constants)];
  const extensions = paths.flatMap((path) => partsOf(path).schema ?? []);
  return [...new Set([userSchema, ...extensions])];
}

/** An attribute's schema, where its path names one, its name, and its sub-attribute's (RFC 7644, 3.10). */
function partsOf(path: string) {
  const colon = path.lastIndexOf(':');
  const [name = '', sub] = path.slice(colon + 1).split('.');
  return { schema: colon === -1 ? undefined : path.slice(0, colon), name, sub };
}

function withAttribute(user: Record<string, unknown>, path: string, value: unknown) {
  const { schema, name, sub } = partsOf(path);
  const keys = [schema, name, sub].filter((key) => key !== undefined);
  return withKeys(user, keys, value);
}

function withKeys(
  held: Record<string, unknown>,
  [key, ...rest]: readonly string[],
  value: unknown,
): Record<string, unknown> {
  if (key === undefined) return held;
  return { ...held, [key]: rest.length === 0 ? value : withKeys(recordOf(held[key]), rest, value) };
}

function attributeOf(user: Record<string, unknown>, path: string): unknown {
  const { schema, name, sub } = partsOf(path);
  const held = schema === undefined ? user : recordOf(user[schema]);
  return sub === undefined ? held[name] : recordOf(held[name])[sub];
}

const Held = z.record(z.string(), z.unknown());
function recordOf(value: unknown): Record<string, unknown> {
  return Held.safeParse(value).data ?? {};
}
