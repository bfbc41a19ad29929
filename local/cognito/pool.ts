import { z } from 'zod';

/** What a password of a pool has to look like; `history` counts the last passwords that may not come back. */
export const PasswordPolicy = z.strictObject({
  minimumLength: z.int(),
  lowercase: z.boolean(),
  uppercase: z.boolean(),
  numbers: z.boolean(),
  symbols: z.boolean(),
  history: z.int(),
  temporaryDays: z.int(),
});
export type PasswordPolicy = z.output<typeof PasswordPolicy>;

/** An attribute that a pool's users may have; for text the bounds are lengths, for numbers values. */
export const AttributeRule = z.strictObject({
  name: z.string(),
  type: z.enum(['String', 'Number', 'DateTime', 'Boolean']),
  required: z.boolean(),
  mutable: z.boolean(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
});
export type AttributeRule = z.output<typeof AttributeRule>;

const Text = z.strictObject({ subject: z.string(), text: z.string() });

export const PoolSettings = z.strictObject({
  name: z.string(),
  /** How people are named: `email` signs up with an address, `name-or-email` may sign in with a verified one. */
  naming: z.enum(['name', 'email', 'name-or-email']),
  caseSensitive: z.boolean(),
  selfSignUp: z.boolean(),
  verifiesEmail: z.boolean(),
  /** A changed address takes effect only once it is verified. */
  keepsEmailUntilVerified: z.boolean(),
  recovery: z.enum(['email', 'administrator', 'none']),
  mfa: z.enum(['OFF', 'OPTIONAL', 'ON']),
  password: PasswordPolicy,
  attributes: z.array(AttributeRule),
  mail: z.strictObject({ from: z.string(), verification: Text, invitation: Text }),
});
export type PoolSettings = z.output<typeof PoolSettings>;

export const PoolRecord = z.strictObject({
  settings: PoolSettings,
  /** Makes what is answered about unknown users stable and unguessable; hex. */
  pepper: z.string(),
  /** Whether it can be deleted; data of before have nothing of it. */
  isProtected: z.boolean().optional(),
});

export interface Pool extends z.output<typeof PoolRecord> {
  readonly id: string;
}

export const AuthFlow = z.enum(['USER_PASSWORD_AUTH', 'USER_SRP_AUTH', 'REFRESH_TOKEN_AUTH']);
export type AuthFlow = z.output<typeof AuthFlow>;

/** An app client; durations in seconds. */
export const ClientSettings = z.strictObject({
  flows: z.array(AuthFlow),
  /** `PreventUserExistenceErrors`: unknown users look like known ones. */
  hidesUsers: z.boolean(),
  revocation: z.boolean(),
  accessSeconds: z.number(),
  idSeconds: z.number(),
  refreshSeconds: z.number(),
  sessionSeconds: z.number(),
  reads: z.array(z.string()).optional(),
  writes: z.array(z.string()).optional(),
});
export type ClientSettings = z.output<typeof ClientSettings>;

export interface Client extends ClientSettings {
  readonly id: string;
  readonly pool: string;
}

export const GroupRecord = z.strictObject({
  description: z.string().optional(),
  precedence: z.number().optional(),
  role: z.string().optional(),
  createdAt: z.number(),
  modifiedAt: z.number(),
});

export interface Group extends z.output<typeof GroupRecord> {
  readonly name: string;
}

/** The part of a pool's id after the region, which goes into SRP's identity. */
export function shortId(pool: Pool): string {
  return pool.id.slice(pool.id.indexOf('_') + 1);
}

/** A name or address as this pool compares it. */
export function fold(pool: Pool, name: string): string {
  return pool.settings.caseSensitive ? name : name.toLowerCase();
}
