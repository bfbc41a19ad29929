import { ServiceError } from '../service.ts';

/**
 * The bare address of `Kim <kim@example.org>` or of `kim@example.org`.
 * @throws ServiceError - `BadRequestException` in the words of SES
 */
export function bareAddress(written: string): string {
  const named = /^[^<>]*<([^<>]*)>\s*$/.exec(written);
  const address = (named?.[1] ?? written).trim();
  const at = address.lastIndexOf('@');
  if (at === -1) throw malformed("Missing final '@domain'");
  const [local, domain] = [address.slice(0, at), address.slice(at + 1)];
  if (local === '' || /[\s<>,;@]/.test(local)) {
    throw malformed('Local address contains control or whitespace');
  }
  // RFC 6531 is not SES's: the part before the @ is ASCII, a domain is written in Punycode.
  if (/[^\x21-\x7e]/.test(local)) throw malformed('Local address contains non-ASCII characters');
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)*$/i.test(domain)) {
    throw malformed('Domain contains illegal character');
  }
  return address;
}

/**
 * The identity that lets mail be sent from an address: itself, or its domain or one above that; undefined when none is
 * verified.
 * @see https://docs.aws.amazon.com/ses/latest/dg/creating-identities.html
 */
export function identityOf(address: string, identities: ReadonlySet<string>): string | undefined {
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  const labels = domain.split('.');
  const domains = labels.map((_, from) => labels.slice(from).join('.'));
  return [address.toLowerCase(), ...domains].find((name) => identities.has(name));
}

function malformed(message: string): ServiceError {
  return new ServiceError('BadRequestException', message);
}
