import { randomUUID } from 'node:crypto';
import { ServiceError, type ServiceReply } from './service.ts';

/** What an element holds; undefined: the element is left out. */
export type Content = string | number | boolean | readonly Content[] | Fields | undefined;
/** Elements by their names; a list becomes `<member>`s of its element. */
export interface Fields {
  readonly [name: string]: Content;
}

/**
 * A request of AWS's query protocol: a form whose `Action` names the operation, and whose lists and structures are
 * written as `Parameters.member.1.ParameterKey`.
 * @see https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export class QueryForm {
  readonly #fields: URLSearchParams;
  readonly #prefix: string;

  constructor(body: Buffer | URLSearchParams, prefix = '') {
    this.#fields = body instanceof URLSearchParams ? body : new URLSearchParams(body.toString());
    this.#prefix = prefix;
  }

  text(name: string): string | undefined {
    return this.#fields.get(this.#prefix + name) ?? undefined;
  }

  /** @throws ServiceError - `ValidationError` when it is missing or empty */
  need(name: string): string {
    const value = this.text(name);
    if (value !== undefined && value !== '') return value;
    throw invalid(`${this.#prefix}${name} must be given`);
  }

  flag(name: string): boolean {
    return this.text(name) === 'true';
  }

  /** The texts of a list, in order. */
  texts(name: string): readonly string[] {
    const found: string[] = [];
    for (let at = 1; ; at += 1) {
      const value = this.text(`${name}.member.${at}`);
      if (value === undefined) return found;
      found.push(value);
    }
  }

  /** The structures of a list, in order. */
  list(name: string): readonly QueryForm[] {
    const found: QueryForm[] = [];
    for (let at = 1; ; at += 1) {
      const prefix = `${this.#prefix}${name}.member.${at}.`;
      if (![...this.#fields.keys()].some((key) => key.startsWith(prefix))) return found;
      found.push(new QueryForm(this.#fields, prefix));
    }
  }
}

/** The refusal that the query services share. */
export function invalid(message: string): ServiceError {
  return new ServiceError('ValidationError', message);
}

/** A result in the query protocol. */
export function queryReply(action: string, namespace: string, result: Fields): ServiceReply {
  const requestId = randomUUID();
  const content: Fields = {
    [`${action}Result`]: result,
    ResponseMetadata: { RequestId: requestId },
  };
  const body = `<${action}Response xmlns="${namespace}">${elements(content)}</${action}Response>`;
  return { status: 200, headers: headersWith(requestId), body };
}

/** An error in the query protocol. */
export function queryRefusal({ code, message, status }: ServiceError): ServiceReply {
  const requestId = randomUUID();
  const Type = status < 500 ? 'Sender' : 'Receiver';
  const content = { Error: { Type, Code: code, Message: message }, RequestId: requestId };
  const body = `<ErrorResponse>${elements(content)}</ErrorResponse>`;
  return { status, headers: headersWith(requestId), body };
}

function headersWith(requestId: string): Record<string, string> {
  return { 'content-type': 'text/xml', 'x-amzn-requestid': requestId };
}

function elements(fields: Fields): string {
  return Object.entries(fields)
    .map(([name, value]) => (value === undefined ? '' : `<${name}>${inner(value)}</${name}>`))
    .join('');
}

function inner(content: Exclude<Content, undefined>): string {
  if (typeof content !== 'object') return escaped(String(content));
  // Array.isArray does not narrow a readonly list.
  if (!Array.isArray(content)) return elements(content as Fields);
  return content.map((one) => `<member>${inner(one)}</member>`).join('');
}

/** Only what XML demands: readers refuse documents with very many entities, and templates are long. */
function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#xD;');
}
