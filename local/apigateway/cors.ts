import type { CorsConfiguration } from './definition.ts';
import type { Reply } from './reply.ts';

type Headers = Readonly<Record<string, readonly string[] | undefined>>;

/** `https://*` allows every origin of a scheme; otherwise an origin is allowed whole or not at all. */
function allows(pattern: string, origin: string): boolean {
  if (pattern === '*' || pattern === origin) return true;
  return pattern.endsWith('://*') && origin.startsWith(pattern.slice(0, -1));
}

/**
 * The headers of an answer to a cross-origin request: none for an origin that is not allowed.
 * Source: API Gateway Developer Guide, "Configure CORS for HTTP APIs".
 */
function shared(cors: CorsConfiguration, headers: Headers): Record<string, string> | undefined {
  const origin = headers['origin']?.[0];
  const origins = cors.allowOrigins ?? [];
  if (origin === undefined || !origins.some((each) => allows(each, origin))) return undefined;
  const any = origins.includes('*');
  return {
    'access-control-allow-origin': any ? '*' : origin,
    ...(any ? {} : { vary: 'Origin' }),
    ...(cors.allowCredentials && { 'access-control-allow-credentials': 'true' }),
    ...(cors.exposeHeaders?.length && {
      'access-control-expose-headers': cors.exposeHeaders.join(','),
    }),
  };
}

/** Answers OPTIONS, which an API with CORS does itself, whatever its routes. */
export function preflight(cors: CorsConfiguration, headers: Headers): Reply {
  const granted = headers['access-control-request-method'] && shared(cors, headers);
  const answer = granted && {
    ...granted,
    ...(cors.allowMethods?.length && {
      'access-control-allow-methods': cors.allowMethods.join(','),
    }),
    ...(cors.allowHeaders?.length && {
      'access-control-allow-headers': cors.allowHeaders.join(','),
    }),
    ...(cors.maxAge !== undefined && { 'access-control-max-age': String(cors.maxAge) }),
  };
  return { status: 204, headers: { ...answer }, body: Buffer.alloc(0) };
}

/** A function's answer with the API's CORS headers in the place of its own. */
export function withCors(cors: CorsConfiguration, headers: Headers, reply: Reply): Reply {
  const kept = Object.entries(reply.headers).filter(
    ([name]) => !name.startsWith('access-control-'),
  );
  return { ...reply, headers: { ...Object.fromEntries(kept), ...shared(cors, headers) } };
}
