import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { LocalContext } from '../context.ts';
import { type Created, type Declared, type ResourceKind, resourceKind } from '../resource.ts';
import { JwtAuthorizer, type JwtAuthorizerOptions } from './authorizer.ts';
import type { CorsConfiguration, Integration } from './definition.ts';
import { apiProperties, stageProperties } from './properties.ts';
import { RouteTable } from './routes.ts';
import { Throttle } from './throttle.ts';

export interface Route {
  readonly key: string;
  readonly integration: Integration;
  readonly authorizer: JwtAuthorizer | undefined;
  readonly scopes: readonly string[];
}

export interface Stage {
  readonly throttle: Throttle;
  readonly variables: Readonly<Record<string, string>>;
}

/** Ids as AWS gives them: short, lower case; the same at each start. */
function shortId(physicalName: string): string {
  return createHash('sha256').update(physicalName).digest('hex').slice(0, 10);
}

/** The template's one HTTP API: what its definition and its stage have declared. */
export class HttpApi {
  readonly routes = new RouteTable<Route>();
  id: string | undefined;
  cors: CorsConfiguration | undefined;
  stage: Stage | undefined;
  readonly kinds: readonly ResourceKind[];
  readonly #context: LocalContext;

  constructor(context: LocalContext) {
    this.#context = context;
    this.kinds = [
      resourceKind({
        type: 'AWS::ApiGatewayV2::Api',
        properties: apiProperties,
        create: (declared) => this.#createApi(declared),
      }),
      resourceKind({
        type: 'AWS::ApiGatewayV2::Stage',
        properties: stageProperties,
        create: (declared) => this.#createStage(declared),
      }),
    ];
  }

  #createApi({ logicalId, physicalName, properties }: Of<typeof apiProperties>): Created {
    if (this.id !== undefined) {
      throw new Error(
        `${logicalId}: the local region serves one HTTP API at ${this.#context.base}, and the template has a second`,
      );
    }
    const id = shortId(physicalName);
    this.id = id;
    const { cors, routes } = properties.Body;
    this.cors = cors;
    // Routes that take the same tokens share what knows the keys.
    const authorizers = new Map<JwtAuthorizerOptions, JwtAuthorizer>();
    for (const { key, integration, tokens, scopes } of routes) {
      if (tokens !== undefined && !authorizers.has(tokens)) {
        authorizers.set(tokens, new JwtAuthorizer(tokens, this.#context.clock));
      }
      const authorizer = tokens && authorizers.get(tokens);
      this.routes.add(key, { key, integration, authorizer, scopes });
    }
    return { ref: id, attributes: { ApiId: id, ApiEndpoint: this.#context.base } };
  }

  #createStage({ logicalId, properties }: Of<typeof stageProperties>): Created {
    if (properties.ApiId !== this.id) {
      throw new Error(
        `${logicalId}.ApiId: the template's HTTP API is ${this.id}, not ${properties.ApiId}`,
      );
    }
    this.stage = {
      throttle: new Throttle(
        this.#context.clock,
        properties.DefaultRouteSettings,
        properties.RouteSettings,
      ),
      variables: properties.StageVariables ?? {},
    };
    return { ref: properties.StageName, attributes: {} };
  }
}

type Of<Schema extends z.ZodType> = Declared<z.output<Schema>>;
