import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LocalContext } from '../context.ts';
import type { Invoke } from '../lambda/invocation.ts';
import type { ResourceKind } from '../resource.ts';
import { HttpApi, type Route, type Stage } from './api.ts';
import type { Authorized } from './authorizer.ts';
import { preflight, withCors } from './cors.ts';
import type { Integration } from './definition.ts';
import { type Received, receive, send } from './exchange.ts';
import { functionReply } from './function-reply.ts';
import { type GatewayRequest, payload } from './payload.ts';
import { type Reply, refuse } from './reply.ts';
import type { Match } from './routes.ts';

/**
 * API Gateway on one machine: the template's HTTP API at the region's address, with its routes, JWT
 * authorizers, throttling and CORS; each route leads to a function.
 */
export class ApiGateway {
  readonly kinds: readonly ResourceKind[];
  readonly #context: LocalContext;
  readonly #invoke: Invoke;
  readonly #api: HttpApi;

  /** @param invoke - runs the functions that routes lead to */
  constructor(context: LocalContext, invoke: Invoke) {
    this.#context = context;
    this.#invoke = invoke;
    this.#api = new HttpApi(context);
    this.kinds = this.#api.kinds;
  }

  /**
   * Answers one request to the API.
   *
   * @throws Error when the region itself is at fault; the client has its 500 by then
   */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomBytes(11).toString('base64');
    let received: Received;
    try {
      received = await receive(request);
    } catch {
      // The client went away in the middle of its request: there is nobody to answer.
      response.destroy();
      return;
    }
    try {
      send(response, await this.#answer(received, requestId), requestId);
    } catch (error) {
      send(response, refuse.failed(), requestId);
      throw error;
    }
  }

  async #answer(received: Received, requestId: string): Promise<Reply> {
    const { stage, routes, cors } = this.#api;
    if (!stage) return refuse.notFound();
    if (received === 'malformed path') return refuse.badRequest();
    if (received === 'too long') return refuse.tooLong();
    const match = routes.match(received.method, received.path);
    const isPreflight = cors !== undefined && received.method === 'OPTIONS';
    if (!match) return isPreflight ? preflight(cors, received.headers) : refuse.notFound();
    const { key, authorizer, scopes } = match.route;
    if (!stage.throttle.admit(key)) return refuse.tooMany();
    const verdict = await authorizer?.authorize(received.headers, scopes);
    if (verdict?.ok === false) {
      const answer = verdict.status === 401 ? refuse.unauthorized : refuse.forbidden;
      return answer({ 'www-authenticate': verdict.challenge });
    }
    // A route that takes OPTIONS too (ANY, $default) guards even the preflight with its authorizer.
    if (isPreflight) return preflight(cors, received.headers);
    const event = this.#event(received, match, stage, verdict, requestId);
    const reply = await this.#call(match.route.integration, event);
    return cors ? withCors(cors, received.headers, reply) : reply;
  }

  #event(
    request: GatewayRequest,
    { route, parameters }: Match<Route>,
    stage: Stage,
    authorized: Authorized | undefined,
    requestId: string,
  ) {
    const now = this.#context.clock.now();
    const seconds = Math.floor(now / 1000).toString(16);
    return payload(request, {
      accountId: this.#context.account,
      apiId: this.#api.id ?? '',
      requestId,
      routeKey: route.key,
      parameters,
      stageVariables: stage.variables,
      authorized,
      now,
      traceId: `Root=1-${seconds}-${randomBytes(12).toString('hex')}`,
      protocol: this.#context.base.startsWith('https:') ? 'https' : 'http',
    });
  }

  /** The function goes on when its time is over, as in AWS: only its answer is lost. */
  async #call({ functionName, timeoutMs }: Integration, event: object): Promise<Reply> {
    const late = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => late.resolve(undefined), timeoutMs);
    try {
      const outcome = await Promise.race([this.#invoke(functionName, event), late.promise]);
      return outcome ? functionReply(outcome) : refuse.unavailable();
    } finally {
      clearTimeout(timer);
    }
  }
}
