import { Aws } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { z } from 'zod';
import type { aboutEnvironments } from '../functions/about/contract.ts';
import type { Pool } from './pools.ts';
import type { StackContext } from './support/context.ts';
import { apiSeconds, HandlerFunction } from './support/handler-function.ts';

export interface AboutProps {
  readonly publicPool: Pool;
  readonly staffPool: Pool;
}

/** What the service says of itself: health, configuration, and the description of its API. */
export class About extends Construct {
  readonly api: HandlerFunction;

  constructor(scope: Construct, id: string, context: StackContext, props: AboutProps) {
    super(scope, id);
    const environment = {
      PUBLIC_POOL_ID: props.publicPool.pool.userPoolId,
      PUBLIC_CLIENT_ID: props.publicPool.client.userPoolClientId,
      STAFF_POOL_ID: props.staffPool.pool.userPoolId,
      STAFF_CLIENT_ID: props.staffPool.client.userPoolClientId,
      COGNITO_ENDPOINT: `https://cognito-idp.${Aws.REGION}.${Aws.URL_SUFFIX}`,
    } satisfies z.input<typeof aboutEnvironments.api>;
    this.api = new HandlerFunction(this, 'Api', context, {
      entry: 'about/api',
      environment,
      seconds: apiSeconds,
    });
  }
}
