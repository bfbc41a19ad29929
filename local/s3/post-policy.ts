import { z } from 'zod';
import { S3Error } from './errors.ts';

/** `["eq", "$key", "x"]`, `["starts-with", "$key", "x"]`, `{"key": "x"}`, `["content-length-range", 1, 9]`. */
const Condition = z.union([
  z.tuple([z.string(), z.union([z.string(), z.number()]), z.union([z.string(), z.number()])]),
  z.record(z.string(), z.string()),
]);
const Policy = z.strictObject({ expiration: z.string(), conditions: z.array(Condition) });

/** How long an upload may be, in bytes. */
interface Range {
  readonly least: number;
  readonly most: number;
}

interface Match {
  readonly how: 'eq' | 'starts-with';
  /** In small letters, without the dollar sign. */
  readonly field: string;
  readonly value: string;
  /** As the policy writes it, for whoever is refused. */
  readonly written: string;
}

/** What a signed policy lets one upload. */
export interface PostPolicy {
  /** Milliseconds since the epoch. */
  readonly expiration: number;
  readonly matches: readonly Match[];
  readonly ranges: readonly Range[];
}

/** Fields that need no condition. `bucket` is in the address, whether or not the form repeats it. */
const unconditional = /^(policy|x-amz-signature|file|x-ignore-.*|bucket)$/;

/**
 * Reads a policy.
 * @param base64 - as it stands in the form
 * @throws S3Error - `InvalidPolicyDocument`
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 */
export function readPolicy(base64: string): PostPolicy {
  const parsed = Policy.safeParse(parseJson(Buffer.from(base64, 'base64').toString('utf8')));
  if (!parsed.success) throw invalid(parsed.error.issues[0]?.message ?? 'malformed');
  const expiration = Date.parse(parsed.data.expiration);
  if (Number.isNaN(expiration)) throw invalid("Invalid 'expiration' value.");
  const matches: Match[] = [];
  const ranges: Range[] = [];
  for (const condition of parsed.data.conditions) {
    if (!Array.isArray(condition)) matches.push(...equalities(condition));
    else if (condition[0].toLowerCase() === 'content-length-range') ranges.push(range(condition));
    else matches.push(match(condition));
  }
  return { expiration, matches, ranges };
}

/**
 * Refuses a form that its policy does not allow.
 * @param fields - the form's, by their names in small letters, with the bucket of the address
 * @param now - milliseconds since the epoch, in the region's time
 * @throws S3Error - `AccessDenied`
 */
export function checkPolicy(
  policy: PostPolicy,
  fields: ReadonlyMap<string, string>,
  now: number,
): void {
  const denied = (why: string) =>
    new S3Error('AccessDenied', `Invalid according to Policy: ${why}`);
  if (now >= policy.expiration) throw denied('Policy expired.');
  for (const condition of policy.matches) {
    if (!holds(condition, fields.get(condition.field) ?? '')) {
      throw denied(`Policy Condition failed: ${condition.written}`);
    }
  }
  const known = new Set(policy.matches.map(({ field }) => field));
  const extra = [...fields.keys()].filter((name) => !known.has(name) && !unconditional.test(name));
  if (extra.length > 0) throw denied(`Extra input fields: ${extra.join(', ')}`);
}

/** @throws S3Error - `EntityTooSmall`, `EntityTooLarge` */
export function checkLength({ ranges }: PostPolicy, length: number): void {
  const details = { ProposedSize: String(length) };
  for (const { least, most } of ranges) {
    if (length < least) {
      throw new S3Error('EntityTooSmall', undefined, { ...details, MinSizeAllowed: String(least) });
    }
    if (length > most) {
      throw new S3Error('EntityTooLarge', undefined, { ...details, MaxSizeAllowed: String(most) });
    }
  }
}

function holds({ how, field, value }: Match, given: string): boolean {
  if (how === 'eq') return given === value;
  // Several content types, separated by commas, must all begin as the policy says.
  const all = field === 'content-type' ? given.split(',') : [given];
  return all.every((one) => one.startsWith(value));
}

function equalities(condition: Readonly<Record<string, string>>): readonly Match[] {
  const pairs = Object.entries(condition);
  if (pairs.length !== 1)
    throw invalid(
      'Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.',
    );
  return pairs.map(([name, value]) => ({
    how: 'eq',
    field: name.toLowerCase(),
    value,
    written: JSON.stringify(['eq', `$${name}`, value]),
  }));
}

type Listed = readonly [string, string | number, string | number];

function match([kind, name, value]: Listed): Match {
  const how = kind.toLowerCase();
  if (how !== 'eq' && how !== 'starts-with')
    throw invalid(`Invalid Condition: unknown operation '${kind}'.`);
  if (typeof name !== 'string' || !name.startsWith('$') || typeof value !== 'string') {
    throw invalid(
      'Invalid Condition: a field is named by "$" and its name, and compared with a text.',
    );
  }
  const field = name.slice(1).toLowerCase();
  return { how, field, value, written: JSON.stringify([kind, name, value]) };
}

function range([, least, most]: Listed): Range {
  const limits = { least: Number(least), most: Number(most) };
  const sound = Object.values(limits).every((one) => Number.isInteger(one) && one >= 0);
  if (sound) return limits;
  throw invalid('Invalid content-length-range: it has two whole numbers of bytes.');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new S3Error('InvalidPolicyDocument');
  }
}

function invalid(why: string): S3Error {
  return new S3Error('InvalidPolicyDocument', `Invalid Policy: ${why}`);
}
