import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { launch } from '../../functions/launch/contract.ts';
import type { Route } from '../../functions/runtime/route.ts';
import type { ApiHandler } from '../runtime/handlers.ts';
import { context, requestTo } from '../runtime/requests.ts';

const routes: readonly Route[] = Object.values(launch.routes);

/** A route of the contract, and what of it is in the path. */
function matching(method: string, path: string) {
  for (const route of routes) {
    const pattern = new RegExp(`^${route.path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
    const found = route.method === method ? pattern.exec(path) : null;
    if (found !== null) return { route, params: { ...found.groups } };
  }
  return undefined;
}

/** How `invoke` calls a handler. */
type Handler = (event: APIGatewayProxyEventV2, context: Context) => ReturnType<ApiHandler>;

export interface Gateway {
  readonly url: string;
  /** Has requests answered by a handler, as if they had come to this address. */
  serve(api: ApiHandler): Handler;
  close(): void;
}

/** The launch API at an address, for what tools fetch by themselves. It verifies no token: nobody has one to send. */
export async function openGateway(): Promise<Gateway> {
  let served: Handler | undefined;
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://127.0.0.1');
    const found = matching(request.method ?? '', pathname);
    if (found === undefined || served === undefined) {
      response.writeHead(404).end();
      return;
    }
    const body = await text(request);
    const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
    const event = requestTo(found.route, {
      params: found.params,
      query: Object.fromEntries(searchParams),
      headers: Object.fromEntries(headers),
      ...(body === '' ? {} : { body }),
    });
    const answer = await served(event, context);
    response.writeHead(answer.statusCode, answer.headers).end(answer.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  const forwarded = { 'x-forwarded-proto': 'http', 'x-forwarded-port': String(port) };
  return {
    url: `http://127.0.0.1:${port}`,
    serve: (api) => {
      served = (event, invocation) =>
        api(
          {
            ...event,
            headers: { ...event.headers, ...forwarded },
            requestContext: { ...event.requestContext, domainName: '127.0.0.1' },
          },
          invocation,
        );
      return served;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
