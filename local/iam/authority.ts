import { functionOf } from '../credentials.ts';
import {
  type AwsService,
  type Denial,
  type Need,
  type RequestHead,
  ServiceError,
  type ServiceRequest,
} from '../service.ts';
import type { Grants } from './policy.ts';
import type { Roles } from './roles.ts';

/** A function that asks something of a service, and what its role allows. */
interface Caller {
  readonly functionName: string;
  readonly roleArn: string;
  readonly grants: Grants;
}

export interface AuthorityOptions {
  readonly roles: Roles;
  /** The ARN of a function's role; undefined when the template has no such function. */
  roleOf(functionName: string): string | undefined;
  /** Takes a line for the region's log. */
  report(message: string): void;
}

const usual: Denial = { code: 'AccessDeniedException', status: 400 };

/**
 * Holds what functions ask of services against their roles. Who asks is told by the access key of the request; whoever
 * has none, or one that is no function's, may do everything: a local region has no other secrets to keep.
 */
export class Authority {
  readonly #options: AuthorityOptions;
  /** Of functions that have asked for something: roles do not change once a stack is there. */
  readonly #callers = new Map<string, Caller>();

  constructor(options: AuthorityOptions) {
    this.#options = options;
  }

  /** Whether a key is one of the template's functions. */
  knows(accessKey: string): boolean {
    return this.#callerOf(accessKey) !== undefined;
  }

  /**
   * Refuses what a function's role does not allow.
   * @throws ServiceError - in the service's own words
   */
  check(service: AwsService, operation: string, request: ServiceRequest): void {
    const accessKey = accessKeyOf(request);
    const caller = accessKey === undefined ? undefined : this.#callerOf(accessKey);
    if (caller === undefined) return;
    const needs = service.needs?.(operation, request);
    if (needs === undefined) throw new Error(`${service.target} does not say what it needs`);
    this.#demand(caller, needs, service.denial);
  }

  /**
   * As {@link check}, where only the service itself finds the key.
   * @throws ServiceError - in the service's own words
   */
  demand(accessKey: string, needs: readonly Need[], denial?: Denial): void {
    const caller = this.#callerOf(accessKey);
    if (caller !== undefined) this.#demand(caller, needs, denial);
  }

  /** The function that asks; undefined for whoever is none. */
  callerOf(request: RequestHead): string | undefined {
    return this.#callerOf(accessKeyOf(request) ?? '')?.functionName;
  }

  /** Whether a request's caller may do something besides; true for whoever is no function. */
  allows(request: RequestHead, { action, resource }: Need): boolean {
    const caller = this.#callerOf(accessKeyOf(request) ?? '');
    return caller === undefined || caller.grants.allows(action, resource);
  }

  #callerOf(accessKey: string): Caller | undefined {
    const known = this.#callers.get(accessKey);
    if (known !== undefined) return known;
    const functionName = functionOf(accessKey);
    if (functionName === undefined) return undefined;
    const roleArn = this.#options.roleOf(functionName);
    if (roleArn === undefined) return undefined;
    const caller = { functionName, roleArn, grants: this.#options.roles.grantsOf(roleArn) };
    this.#callers.set(accessKey, caller);
    return caller;
  }

  #demand(caller: Caller, needs: readonly Need[], { code, status } = usual): void {
    for (const { action, resource } of needs) {
      if (caller.grants.allows(action, resource)) continue;
      const { functionName } = caller;
      this.#options.report(
        `${functionName} may not ${action} on ${resource}: add it to the function's role`,
      );
      throw new ServiceError(code, sentence(caller, action, resource), status);
    }
  }
}

/** In the words of AWS. */
function sentence({ roleArn, functionName }: Caller, action: string, resource: string): string {
  const session = roleArn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/');
  return (
    `User: ${session}/${functionName} is not authorized to perform: ${action} on resource: ` +
    `${resource} because no identity-based policy allows the ${action} action`
  );
}

const inHeader = 'Credential=';
const inQuery = 'X-Amz-Credential=';

/** The access key of a request that is signed, in its header or, presigned, in its query. */
function accessKeyOf({ headers: { authorization }, path }: RequestHead): string | undefined {
  if (authorization !== undefined) return upTo('/', authorization, inHeader);
  const written = upTo('%2F', path, inQuery);
  return written === undefined ? undefined : decodeURIComponent(written);
}

function upTo(end: string, text: string, mark: string): string | undefined {
  const at = text.indexOf(mark);
  if (at < 0) return undefined;
  const from = at + mark.length;
  const to = text.indexOf(end, from);
  return to < 0 ? undefined : text.slice(from, to);
}
