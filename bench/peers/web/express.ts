import { configure, getCurrentInvoke } from '@codegenie/serverless-express';
import express, { type NextFunction, type Request, type Response } from 'express';
import * as endpoint from './endpoint.ts';

const app = express();
app.use(express.json());

app.put('/me/enrolments/:place', async (request, response) => {
  const { event } = getCurrentInvoke();
  const sub = endpoint.subOf(event);
  const { place } = endpoint.parsePart('path', endpoint.params, request.params);
  const { learnerId } = endpoint.parsePart('query', endpoint.query, request.query);
  const wish = endpoint.parsePart('body', endpoint.body, request.body);
  const answer = await endpoint.choosePlace(sub, place, wish, learnerId);
  response.set(endpoint.answerHeaders).json(answer);
  endpoint.logAnswer(event, response.statusCode);
});

// Express knows an error handler by its four parameters.
app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
  const { event } = getCurrentInvoke();
  const { statusCode, headers, body } = endpoint.problemOf(error, event);
  response.status(statusCode).set(headers).send(body);
  endpoint.logAnswer(event, statusCode);
});

export const handler = configure({ app });
