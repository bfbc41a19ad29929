import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Faults } from './faults/faults.ts';
import type { FaultEffect } from './faults/rule.ts';
import { corsHeaders } from './guard.ts';
import { BodyTooLarge, readBody, send } from './http.ts';
import type { Authority } from './iam/authority.ts';
import type { Observer } from './observer.ts';
import { QueryForm } from './query.ts';
import {
  type AwsService,
  type RequestHead,
  ServiceError,
  type ServiceReply,
  type ServiceRequest,
} from './service.ts';

/** DynamoDB takes 16 MB in one request, more than any other service that names no limit of its own. */
const largestBody = 16 * 1024 * 1024;

/** The service that a request asks, and the operation, which a form names only in its body. */
interface Called {
  readonly service: AwsService;
  readonly operation: string | undefined;
}

export interface FrontOptions {
  /** Holds requests against roles; without one everybody may do everything. */
  readonly authority?: Authority;
  /** Is told of each request that a service answers. */
  readonly observer?: Observer | undefined;
  /** Whether more services come in a moment: whoever asks for one that is not there is to ask again. */
  readonly partial?: boolean;
}

/**
 * The emulated AWS services behind one address, told apart by `X-Amz-Target` (AWS JSON 1.0 and 1.1) or, by
 * what their signature is for: the REST services by method and path, the query services by the form's `Action`.
 */
export class AwsFront {
  readonly #services: ReadonlyMap<string, AwsService>;
  readonly #faults: Faults;
  readonly #report: (message: string) => void;
  readonly #options: FrontOptions;
  readonly #stopped = new AbortController();

  /** @param report - is told of errors that are the emulation's own */
  constructor(
    services: readonly AwsService[],
    faults: Faults,
    report: (message: string) => void,
    options: FrontOptions = {},
  ) {
    this.#services = new Map(services.map((service) => [service.target, service]));
    this.#faults = faults;
    this.#report = report;
    this.#options = options;
  }

  /** Answers a request; `path` is what follows `/_aws`, with its query. */
  async handle(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const { method = 'GET', headers } = request;
    const head = { method, path, headers };
    let called: Called | undefined;
    try {
      called = this.#called(head);
      const body = await readBody(request, called?.service.largestBody ?? largestBody);
      const asked: ServiceRequest = { ...head, body };
      const reply =
        called === undefined ? this.#byPath(asked) : await this.#operation(called, asked);
      if (reply === 'lost') request.socket.destroy();
      else respond(response, reply);
    } catch (error) {
      // Whoever has hung up, or is cut off because the region stops, gets no answer.
      if (request.socket.destroyed || this.#stopped.signal.aborted) request.socket.destroy();
      else respond(response, this.#failure(error, request, called));
    }
  }

  /**
   * What a request's answer says to the page that sent it; undefined when its service has no answer for pages.
   * @param path - what follows `/_aws`, with its query
   */
  corsHeaders(request: IncomingMessage, path: string) {
    const { method = 'GET', headers } = request;
    const general = corsHeaders(request);
    const head = { method, path, headers };
    const asked = [...this.#services.values()].find((one) => one.operationOf?.(head) !== undefined);
    const isLocalPage = 'access-control-allow-origin' in general;
    return isLocalPage && asked?.corsHeaders ? asked.corsHeaders(head) : general;
  }

  /** Ends delays that faults have imposed. */
  stop(): void {
    this.#stopped.abort();
  }

  /** @throws ServiceError - `X-Amz-Target` names a service that is not there */
  #called(head: RequestHead): Called | undefined {
    const target = head.headers['x-amz-target'];
    if (typeof target === 'string') {
      const dot = target.lastIndexOf('.');
      const service = this.#services.get(target.slice(0, dot));
      if (service !== undefined) return { service, operation: target.slice(dot + 1) };
      throw this.#unknown(`no service for X-Amz-Target "${target}"`);
    }
    const meant = this.#services.get(signedFor(head) ?? '');
    if (meant?.speaksQuery) return { service: meant, operation: undefined };
    for (const service of meant === undefined ? this.#services.values() : [meant]) {
      const operation = service.operationOf?.(head);
      if (operation !== undefined) return { service, operation };
    }
    return undefined;
  }

  async #operation(
    { service, operation: named }: Called,
    request: ServiceRequest,
  ): Promise<ServiceReply | 'lost'> {
    const operation = named ?? actionOf(request);
    this.#options.authority?.check(service, operation, request);
    let lost = false;
    for (const effect of this.#faults.draw(service.target, operation)) {
      const replaced = await this.#suffer(effect, service);
      if (replaced !== undefined) return replaced;
      lost ||= effect.kind === 'lose-answer';
    }
    if (!lost) return this.#answer(service, operation, request);
    // Whether the service did it or refused, its caller is not to know.
    await this.#answer(service, operation, request).catch((error: unknown) => {
      if (!(error instanceof ServiceError)) throw error;
    });
    return 'lost';
  }

  #answer(service: AwsService, operation: string, request: ServiceRequest): Promise<ServiceReply> {
    const { observer, authority } = this.#options;
    if (observer === undefined) return service.answer(operation, request);
    const functionName = authority?.callerOf(request);
    return observer.asked({ functionName, service, operation, request }, (one) =>
      service.answer(operation, one),
    );
  }

  async #suffer(effect: FaultEffect, service: AwsService): Promise<ServiceReply | undefined> {
    if (effect.kind === 'delay') {
      await sleep(effect.ms, undefined, { signal: this.#stopped.signal });
    }
    if (effect.kind !== 'error') return undefined;
    if (service.refusal !== undefined) {
      const { __type: code, message } = effect.body;
      const error = new ServiceError(String(code), String(message ?? code), effect.status);
      return service.refusal(error);
    }
    return { status: effect.status, headers: jsonHeaders, body: JSON.stringify(effect.body) };
  }

  #byPath(request: ServiceRequest): ServiceReply {
    for (const service of this.#services.values()) {
      const reply = service.answerPath?.(request);
      if (reply !== undefined) return reply;
    }
    throw this.#unknown(`nothing at ${request.method} /_aws${request.path} without X-Amz-Target`);
  }

  #unknown(what: string): ServiceError {
    if (this.#options.partial) {
      const later = 'the local region is replacing its services; try again in a moment';
      return new ServiceError('ServiceUnavailable', later, 503);
    }
    const services = [...this.#services.keys()].join(', ');
    const message = `the local region has ${what}; it emulates ${services}`;
    return new ServiceError('UnknownOperationException', message, 404);
  }

  #failure(error: unknown, request: IncomingMessage, called: Called | undefined): ServiceReply {
    const refuse = (code: string, message: string, status: number) => {
      const { service } = called ?? {};
      const refused = service?.refusal?.(new ServiceError(code, message, status));
      return refused ?? failed(status, code, message);
    };
    if (error instanceof ServiceError) return refuse(error.code, error.message, error.status);
    if (error instanceof BodyTooLarge) {
      const reply = refuse('RequestEntityTooLargeException', error.message, 413);
      return { ...reply, headers: { ...reply.headers, connection: 'close' } };
    }
    const what =
      called === undefined
        ? `${request.method} ${request.url}`
        : `${called.service.target}.${called.operation ?? 'Action'}`;
    this.#report(`${what}: ${error instanceof Error ? (error.stack ?? error.message) : error}`);
    return refuse('InternalFailure', `the local region failed at ${what}; its log says more`, 500);
  }
}

const jsonHeaders = { 'content-type': 'application/x-amz-json-1.0' };

function failed(status: number, code: string, message: string): ServiceReply {
  const headers = { ...jsonHeaders, 'x-amzn-errortype': code };
  return { status, headers, body: JSON.stringify({ __type: code, message }) };
}

/** The service for which a request is signed, as its signature says; undefined for any without one in its header. */
function signedFor({ headers: { authorization = '' } }: RequestHead): string | undefined {
  return /Credential=[^/,]+\/\d{8}\/[^/,]+\/([^/,]+)\//.exec(authorization)?.[1];
}

function actionOf({ body }: ServiceRequest): string {
  return new QueryForm(body).need('Action');
}

function respond(response: ServerResponse, { status, headers, body }: ServiceReply): void {
  send(response, status, { ...jsonHeaders, 'x-amzn-requestid': randomUUID(), ...headers }, body);
}
