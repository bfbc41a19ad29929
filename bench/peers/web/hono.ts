import { zValidator } from '@hono/zod-validator';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { Hono } from 'hono';
import { handle, type LambdaEvent } from 'hono/aws-lambda';
import * as endpoint from './endpoint.ts';

/** What the adapter hands on; it was made of the gateway's event of format 2.0. */
type Bindings = { readonly event: LambdaEvent & APIGatewayProxyEventV2 };

const app = new Hono<{ Bindings: Bindings }>();

app.use(async (context, next) => {
  await next();
  endpoint.logAnswer(context.env.event, context.res.status);
});

app.onError((error, { env }) => {
  const { statusCode, headers, body = null } = endpoint.problemOf(error, env.event);
  return new Response(body, { status: statusCode, headers });
});

app.put(
  '/me/enrolments/:place',
  zValidator('param', endpoint.params, (result) => {
    if (!result.success) throw endpoint.malformed('path', result.error.issues);
  }),
  zValidator('query', endpoint.query, (result) => {
    if (!result.success) throw endpoint.malformed('query', result.error.issues);
  }),
  zValidator('json', endpoint.body, (result) => {
    if (!result.success) throw endpoint.malformed('body', result.error.issues);
  }),
  async (context) => {
    const sub = endpoint.subOf(context.env.event);
    const { place } = context.req.valid('param');
    const { learnerId } = context.req.valid('query');
    const answer = await endpoint.choosePlace(sub, place, context.req.valid('json'), learnerId);
    return context.json(answer, 200, endpoint.answerHeaders);
  },
);

export const handler = handle(app);
