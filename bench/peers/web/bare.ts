import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as endpoint from './endpoint.ts';

/** No framework: what nobody can do with less. */
export async function handler(event: APIGatewayProxyEventV2) {
  try {
    const sub = endpoint.subOf(event);
    const { place } = endpoint.parsePart('path', endpoint.params, event.pathParameters);
    const { learnerId } = endpoint.parsePart(
      'query',
      endpoint.query,
      event.queryStringParameters ?? {},
    );
    const wish = endpoint.parsePart('body', endpoint.body, JSON.parse(event.body ?? 'null'));
    const answer = await endpoint.choosePlace(sub, place, wish, learnerId);
    endpoint.logAnswer(event, 200);
    return { statusCode: 200, headers: endpoint.answerHeaders, body: JSON.stringify(answer) };
  } catch (error) {
    const problem = endpoint.problemOf(error, event);
    endpoint.logAnswer(event, problem.statusCode);
    return problem;
  }
}
