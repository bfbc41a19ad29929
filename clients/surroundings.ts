/** Who a function is to AWS. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
}

/** Where a service answers. */
export interface Endpoint {
  readonly protocol: 'https:' | 'http:';
  readonly hostname: string;
  /** Empty: the protocol's own. */
  readonly port: string;
  /** Host and port as the header `host` has them. */
  readonly host: string;
  /** What its paths begin with; without a slash at the end. */
  readonly path: string;
}

/** How a service is called. */
export interface ServiceName {
  /** In `AWS_ENDPOINT_URL_<variable>`. */
  readonly variable: string;
  /** At the beginning of its host, such as `dynamodb`. */
  readonly host: string;
  /** In signatures. */
  readonly signedAs: string;
}

/** All that Lambda tells a function of AWS, by variables that it never changes while the function lives. */
export interface Surroundings {
  readonly region: string;
  readonly credentials: Credentials;
  readonly endpoint: Endpoint;
}

/**
 * What a client of a service has to know of where it runs.
 *
 * @throws {Error} something is missing, or asks for what these clients do not know
 */
export function surroundingsOf(service: ServiceName): Surroundings {
  const env = process.env;
  const region = needed('AWS_REGION');
  for (const name of ['AWS_USE_FIPS_ENDPOINT', 'AWS_USE_DUALSTACK_ENDPOINT']) {
    if (env[name] === 'true') throw new UnknownToClients(name, 'name the address instead');
  }
  if (env['AWS_ACCOUNT_ID_ENDPOINT_MODE'] === 'required') {
    throw new UnknownToClients('AWS_ACCOUNT_ID_ENDPOINT_MODE=required', 'name the address instead');
  }
  const address =
    env[`AWS_ENDPOINT_URL_${service.variable}`] ||
    env['AWS_ENDPOINT_URL'] ||
    `https://${service.host}.${region}.${suffixOf(region)}`;
  return {
    region,
    credentials: {
      accessKeyId: needed('AWS_ACCESS_KEY_ID'),
      secretAccessKey: needed('AWS_SECRET_ACCESS_KEY'),
      sessionToken: env['AWS_SESSION_TOKEN'] || undefined,
    },
    endpoint: endpointAt(address),
  };
}

/** What is asked of the clients in `clients/`, and only the AWS SDK knows. */
export class UnknownToClients extends Error {
  override readonly name = 'UnknownToClients';

  constructor(what: string, remedy: string) {
    super(`${what}: the clients of functions (clients/) do not know it; ${remedy}`);
  }
}

function needed(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(
    `${name} is not set: Lambda sets it, and whoever runs a function elsewhere has to`,
  );
}

/** Domains of the partitions: of China, of the European Sovereign Cloud, of everywhere else. */
function suffixOf(region: string): string {
  if (/^\w+-iso/.test(region)) {
    throw new UnknownToClients(`AWS_REGION=${region}`, 'name the address by AWS_ENDPOINT_URL');
  }
  if (region.startsWith('cn-')) return 'amazonaws.com.cn';
  return region.startsWith('eusc-') ? 'amazonaws.eu' : 'amazonaws.com';
}

function endpointAt(address: string): Endpoint {
  const { protocol, hostname, port, host, pathname } = new URL(address);
  if (protocol !== 'https:' && protocol !== 'http:') {
    throw new UnknownToClients(address, 'an address begins with https:// or http://');
  }
  // An address of IPv6 stands in brackets in a URL, and without them where it is connected to.
  const plain = hostname.replaceAll(/^\[|\]$/g, '');
  return { protocol, hostname: plain, port, host, path: pathname.replace(/\/$/, '') };
}
