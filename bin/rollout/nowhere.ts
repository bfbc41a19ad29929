import * as z from 'zod';

/** Where another party answers, whatever its kind calls it. */
const Address = z.looseObject({
  url: z.url().optional(),
  baseUrl: z.url().optional(),
  login: z.url().optional(),
});

/** The address in a secret's value; undefined: it has none, `unreadable`: what it has is no address, or it is no object. */
export function addressIn(value: unknown): URL | 'unreadable' | undefined {
  const held = Address.safeParse(value);
  if (!held.success) return 'unreadable';
  const { url, baseUrl, login } = held.data;
  const address = url ?? baseUrl ?? login;
  return address === undefined ? undefined : new URL(address);
}

/** Whether an address is what a stack makes a secret with: a name that leads nowhere (RFC 6761). */
export function leadsNowhere({ hostname }: URL): boolean {
  return hostname.endsWith('.invalid');
}

/** Whether a value is what a stack makes a secret with, until an operator puts another. */
export function isUnfilled(value: unknown): boolean {
  const address = addressIn(value);
  return address instanceof URL && leadsNowhere(address);
}
