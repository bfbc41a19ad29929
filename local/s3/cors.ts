import type { RequestHead } from '../service.ts';
import type { CorsRule } from './bucket.ts';

/**
 * What a bucket answers to a page of another origin, by the first of its rules that fits. The local region
 * is reached by pages of this machine only (guard.ts), and such a page stands for the origins that the
 * template allows: of a rule only methods and headers are compared.
 * @returns undefined when no rule fits
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html
 */
export function corsHeaders(
  rules: readonly CorsRule[],
  { method, headers }: RequestHead,
): Readonly<Record<string, string>> | undefined {
  const { origin } = headers;
  if (origin === undefined) return {};
  const wanted = headers['access-control-request-method'] ?? method;
  const asked = namesIn(headers['access-control-request-headers']);
  const rule = rules.find(
    ({ methods, headers: allowed }) =>
      methods.includes(wanted) && asked.every((name) => allowed.some((one) => fits(one, name))),
  );
  if (rule === undefined) return undefined;
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-methods': rule.methods.join(', '),
    ...(asked.length > 0 && { 'access-control-allow-headers': asked.join(', ') }),
    ...(rule.exposed.length > 0 && { 'access-control-expose-headers': rule.exposed.join(', ') }),
    ...(rule.maxAge !== undefined && { 'access-control-max-age': String(rule.maxAge) }),
    vary: 'origin, access-control-request-headers, access-control-request-method',
  };
}

function namesIn(list: string | undefined): readonly string[] {
  const names = (list ?? '').split(',').map((name) => name.trim().toLowerCase());
  return names.filter((name) => name !== '');
}

/** One star stands for any characters. */
function fits(pattern: string, name: string): boolean {
  const [before = '', after] = pattern.toLowerCase().split('*');
  if (after === undefined) return name === before;
  return (
    name.length >= before.length + after.length && name.startsWith(before) && name.endsWith(after)
  );
}
