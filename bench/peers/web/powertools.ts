import { RequestValidationError, Router } from '@aws-lambda-powertools/event-handler/http';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import * as z from 'zod';
import * as endpoint from './endpoint.ts';

const app = new Router();

app.use(async ({ reqCtx, next }) => {
  await next();
  endpoint.logAnswer(eventOf(reqCtx), reqCtx.res.status);
});

app.errorHandler(RequestValidationError, async (error, reqCtx) => {
  const {
    statusCode,
    headers,
    body = null,
  } = endpoint.problemOf(endpoint.malformed('request', issuesOf(error)), eventOf(reqCtx));
  return new Response(body, { status: statusCode, headers });
});

app.errorHandler(Error, async (error, reqCtx) => {
  const { statusCode, headers, body = null } = endpoint.problemOf(error, eventOf(reqCtx));
  return new Response(body, { status: statusCode, headers });
});

app.put(
  '/me/enrolments/:place',
  async (reqCtx) => {
    const { path, query, body } = reqCtx.valid.req;
    const sub = endpoint.subOf(eventOf(reqCtx));
    const answer = await endpoint.choosePlace(sub, path.place, body, query.learnerId);
    return new Response(JSON.stringify(answer), { headers: endpoint.answerHeaders });
  },
  {
    validation: {
      req: { path: endpoint.params, query: endpoint.query, body: endpoint.body },
    },
  },
);

/** What did not fit, part of the request first. */
function issuesOf({ details }: RequestValidationError) {
  return z
    .object({ issues: z.array(z.object({ path: z.array(z.unknown()), message: z.string() })) })
    .parse(details).issues;
}

/** The gateway sends no other format. */
function eventOf({ event }: { readonly event: unknown }) {
  return event as APIGatewayProxyEventV2;
}

export const handler = (event: APIGatewayProxyEventV2, context: Context) =>
  app.resolve(event, context);
