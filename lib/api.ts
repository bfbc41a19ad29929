import { CfnApi, CfnStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Aws, Lazy, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Contract, Routes } from '../functions/runtime/route.ts';
import type { Region } from '../regions/schema.ts';
import { apiBody, type Issuer, type Served } from './api-body.ts';
import { Edge } from './edge.ts';
import { Keys } from './keys.ts';
import type { Pool } from './pools.ts';
import type { StackContext } from './support/context.ts';
import { HandlerFunction } from './support/handler-function.ts';
import { acknowledgeKeysOfAws } from './support/keys-of-aws.ts';

export interface ApiProps {
  readonly publicPool: Pool;
  readonly staffPool: Pool;
}

/** What serves a contract: a function for each of its parts, where it is divided. */
type HandlersOf<C extends Contract> = C extends { readonly parts: infer P }
  ? { readonly [part in keyof P]: HandlerFunction }
  : HandlerFunction;

/**
 * What an access log line holds. No query strings, and no path but the route's: what people type into either
 * may be about someone. The client's address is personal data; the region file says how long it is kept.
 */
const accessLogLine = {
  time: '$context.requestTime',
  requestId: '$context.requestId',
  address: '$context.identity.sourceIp',
  agent: '$context.identity.userAgent',
  route: '$context.routeKey',
  status: '$context.status',
  bytes: '$context.responseLength',
  milliseconds: '$context.responseLatency',
  authorizerError: '$context.authorizer.error',
  integrationError: '$context.integrationErrorMessage',
};

/**
 * The HTTP API, one resource: its body has each route of each contract, with the authorizer that the route's access
 * names, for a stack ends at 500 resources (docs/adr/0018-one-body-for-all-routes.md). Routes of a function share one
 * integration and one permission. API Gateway takes the body whole or not at all.
 */
export class Api extends Construct {
  /** Where the API answers, without a slash at its end. No function may have it: the API is made of functions. */
  readonly url: string;
  /** What stands before the API where it has a name of its own. */
  readonly edge: Edge | undefined;
  /** What metrics know the API by. */
  readonly id: string;
  readonly #api: CfnApi;
  readonly #served: Served[] = [];

  constructor(scope: Construct, id: string, context: StackContext, props: ApiProps) {
    super(scope, id);
    const { region, alarms } = context;
    const definition = {
      title: `ladder-${region.id}`,
      description: 'The API of an education-welfare region',
      origins: region.deployment.origins,
      issuers: { public: issuerOf(props.publicPool), staff: issuerOf(props.staffPool) },
    };
    this.#api = new CfnApi(this, 'Api', {
      // All that is served is known when the template is written.
      body: Lazy.any({ produce: () => apiBody({ ...definition, served: this.#served }) }),
      failOnWarnings: true,
      // The other address would lead past the firewall.
      ...(region.deployment.domain === undefined ? {} : { disableExecuteApiEndpoint: true }),
    });
    this.id = this.#api.ref;
    this.edge = this.#addEdge(region, this.#addStage(context));
    this.url = this.edge?.url ?? this.#api.attrApiEndpoint;
    alarms.whenApiFaults(this.id);
    alarms.whenApiSlow(this.id);
  }

  /** Serves every route of a contract: by one function, or each of its parts by the function of that name. */
  serve<const C extends Contract>(contract: C, handlers: HandlersOf<C>): void {
    const { name, routes, parts = {} } = contract;
    if (handlers instanceof HandlerFunction) this.#serve(name, routes, handlers);
    else
      for (const [part, handler] of Object.entries<HandlerFunction>(handlers))
        this.#serve(`${name}-${part}`, parts[part] ?? {}, handler);
  }

  #serve(name: string, routes: Routes, handler: HandlerFunction): void {
    const { functionArn } = handler.function;
    this.#served.push({ name, routes, functionArn });
    new CfnPermission(new Construct(this, name), 'Permission', {
      action: 'lambda:InvokeFunction',
      functionName: functionArn,
      principal: 'apigateway.amazonaws.com',
      sourceArn: `arn:${Aws.PARTITION}:execute-api:${Aws.REGION}:${Aws.ACCOUNT_ID}:${this.#api.ref}/*/*`,
    });
  }

  #addEdge({ deployment: { domain, firewall } }: Region, stage: CfnStage): Edge | undefined {
    if (domain === undefined) return undefined;
    return new Edge(this, 'Edge', {
      apiId: this.#api.ref,
      stage: stage.ref,
      domain,
      ...(firewall?.api === undefined ? {} : { cloudFront: firewall.api }),
    });
  }

  #addStage({ region }: StackContext): CfnStage {
    const { throttle, logDays } = region.deployment;
    const logs = new LogGroup(this, 'AccessLogs', {
      retention: logDays.access,
      // Addresses of people must not outlive the region that they called.
      removalPolicy: RemovalPolicy.DESTROY,
      ...Keys.of(this).ofOthers,
    });
    acknowledgeKeysOfAws(logs, 'NIST.800.53.R5-CloudWatchLogGroupEncrypted');
    return new CfnStage(this, 'Stage', {
      apiId: this.#api.ref,
      stageName: '$default',
      autoDeploy: true,
      accessLogSettings: {
        destinationArn: logs.logGroupArn,
        format: JSON.stringify(accessLogLine),
      },
      defaultRouteSettings: {
        throttlingRateLimit: throttle.requestsPerSecond,
        throttlingBurstLimit: throttle.burst,
      },
    });
  }
}

function issuerOf({ pool, client }: Pool): Issuer {
  return { issuer: pool.userPoolProviderUrl, clientId: client.userPoolClientId };
}
