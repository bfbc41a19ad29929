import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { LocalContext } from '../context.ts';
import type { Deliver } from '../mailbox/mail.ts';
import type { ResourceKind } from '../resource.ts';
import {
  type AwsService,
  type Need,
  ServiceError,
  type ServiceReply,
  type ServiceRequest,
} from '../service.ts';
import { json } from './operation.ts';
import { operations } from './operations/all.ts';
import { clientKind } from './resources/client.ts';
import { groupKind, membershipKind, userKind } from './resources/people.ts';
import { poolKind } from './resources/pool.ts';
import { openStores, type Stores } from './stores.ts';
import { issuerOf } from './tokens.ts';

/** Operations for administrators name the pool, those for anyone a client of it. */
const ForAdministrators = z.object({ UserPoolId: z.string() });

/**
 * Cognito user pools: sign-up, sign-in by password and SRP, TOTP, groups and tokens, as the AWS SDK speaks
 * to them. All state is in the region's database; all time is the region's.
 */
export class Cognito implements AwsService {
  readonly target = 'AWSCognitoIdentityProviderService';
  readonly kinds: readonly ResourceKind[];
  readonly #context: LocalContext;
  readonly #stores: Stores;

  /** @param deliver - takes the mails that the pools send */
  constructor(context: LocalContext, deliver: Deliver) {
    this.#context = context;
    this.#stores = openStores(context, deliver);
    this.kinds = [
      poolKind(context, this.#stores),
      clientKind(this.#stores),
      groupKind(this.#stores),
      userKind(this.#stores),
      membershipKind(this.#stores),
    ];
  }

  async answer(name: string, request: ServiceRequest): Promise<ServiceReply> {
    try {
      const operation = operations.get(name);
      if (operation === undefined) throw unsupported(name);
      const output = await operation.run(this.#stores, request.body);
      this.#stores.mails.deliver();
      return reply(200, output);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      const refusal = { __type: error.code, message: error.message };
      return reply(error.status, refusal, { 'x-amzn-errortype': error.code });
    }
  }

  needs(name: string, { body }: ServiceRequest): readonly Need[] {
    const input = ForAdministrators.safeParse(json(name, body));
    if (!input.success) return [];
    const { region, account } = this.#context;
    const resource = `arn:aws:cognito-idp:${region}:${account}:userpool/${input.data.UserPoolId}`;
    return [{ action: `cognito-idp:${name}`, resource }];
  }

  /** Answers what verifies tokens: a pool's key set and its OpenID configuration. */
  answerPath({ method, path }: ServiceRequest): ServiceReply | undefined {
    const parts = /^\/([\w-]+_[0-9A-Za-z]+)\/\.well-known\/([\w-]+)(?:\.json)?(?:\?.*)?$/.exec(
      path,
    );
    const [, id = '', document] = parts ?? [];
    if (method !== 'GET' || this.#stores.pools.find(id) === undefined) return undefined;
    if (document === 'jwks') return published(this.#stores.keys.jwks(id));
    if (document === 'openid-configuration') return published(this.#configuration(id));
    return undefined;
  }

  async stop(): Promise<void> {
    this.#stores.keys.stop();
  }

  /** OpenID Connect Discovery 1.0, section 3, without the endpoints of a hosted sign-in page. */
  #configuration(pool: string): object {
    const issuer = issuerOf(this.#context.base, pool);
    return {
      issuer,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      id_token_signing_alg_values_supported: ['RS256'],
      subject_types_supported: ['public'],
      response_types_supported: ['code', 'token'],
      scopes_supported: ['aws.cognito.signin.user.admin'],
    };
  }
}

function unsupported(name: string): ServiceError {
  const known = [...operations.keys()].sort().join(', ');
  return new ServiceError(
    'UnknownOperationException',
    `The local region's Cognito has no operation ${name}. It has: ${known}.`,
  );
}

function reply(status: number, body: object, headers?: Record<string, string>): ServiceReply {
  return {
    status,
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amzn-requestid': randomUUID(),
      ...headers,
    },
    body: JSON.stringify(body),
  };
}

function published(document: object): ServiceReply {
  return {
    status: 200,
    headers: { 'content-type': 'application/json', 'cache-control': 'public, max-age=60' },
    body: JSON.stringify(document),
  };
}
