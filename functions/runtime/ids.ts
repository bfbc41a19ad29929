import { createHash, randomBytes } from 'node:crypto';
import * as z from 'zod';

/** The digits of ids, each as often in the last place as any other. */
export const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** The schema of ids with a prefix: `lrn_` and 26 characters of Crockford's base 32 (130 bits, 128 of them random). */
export function idSchema<const Brand extends string>(prefix: string) {
  return z
    .string()
    .regex(new RegExp(`^${prefix}_[${alphabet}]{26}$`), `an id such as "${prefix}_0123…"`)
    .meta({ examples: [`${prefix}_3k9d7p2mx5t8w0qz6r4hvc1jbn`] })
    .brand<Brand>();
}

/** Whom the trail of what happened is about: identity makes these ids, and all capabilities name people by them. */
export const LearnerId = idSchema<'LearnerId'>('lrn');
export type LearnerId = z.infer<typeof LearnerId>;

/** A mentor: identity makes these ids too, so that papers and notices can be a mentor's. */
export const MentorId = idSchema<'MentorId'>('mnt');
export type MentorId = z.infer<typeof MentorId>;

export const StaffId = idSchema<'StaffId'>('stf');
export type StaffId = z.infer<typeof StaffId>;

/** A new random id, such as `lrn_3k9d…`. */
export function newId<Id extends string>(schema: { parse(text: string): Id }, prefix: string): Id {
  return schema.parse(`${prefix}_${encode(randomBytes(16))}`);
}

/** The same id for the same parts, always: for what must be found again after an answer was lost. */
export function derivedId<Id extends string>(
  schema: { parse(text: string): Id },
  prefix: string,
  ...parts: readonly string[]
): Id {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest();
  return schema.parse(`${prefix}_${encode(digest.subarray(0, 16))}`);
}

function encode(bytes: Uint8Array): string {
  let bits = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  let text = '';
  for (let digit = 0; digit < 26; digit += 1) {
    text = alphabet.charAt(Number(bits & 31n)) + text;
    bits >>= 5n;
  }
  return text;
}
