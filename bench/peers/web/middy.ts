import middy from '@middy/core';
import httpErrorHandler from '@middy/http-error-handler';
import httpHeaderNormalizer from '@middy/http-header-normalizer';
import httpJsonBodyParser from '@middy/http-json-body-parser';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as endpoint from './endpoint.ts';

/** middy as its documentation begins, validation by zod. */
export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
  .use(httpHeaderNormalizer())
  .use(httpJsonBodyParser())
  // What was thrown that is no problem of ours, such as by the parser of bodies.
  .use(httpErrorHandler({ logger: false }))
  .use({
    after: ({ event, response }) => endpoint.logAnswer(event, response?.statusCode ?? 500),
    onError: (request) => {
      const { error, event } = request;
      // The parser's errors have a status of their own, which the error handler knows.
      if (error === null || 'statusCode' in error) return;
      const problem = endpoint.problemOf(error, event);
      endpoint.logAnswer(event, problem.statusCode);
      request.response = problem;
    },
  })
  .handler(async (event: APIGatewayProxyEventV2) => {
    const sub = endpoint.subOf(event);
    const { place } = endpoint.parsePart('path', endpoint.params, event.pathParameters);
    const { learnerId } = endpoint.parsePart(
      'query',
      endpoint.query,
      event.queryStringParameters ?? {},
    );
    const wish = endpoint.parsePart('body', endpoint.body, event.body);
    const answer = await endpoint.choosePlace(sub, place, wish, learnerId);
    return { statusCode: 200, headers: endpoint.answerHeaders, body: JSON.stringify(answer) };
  });
