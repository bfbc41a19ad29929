import 'reflect-metadata';
import { configure, getCurrentInvoke } from '@codegenie/serverless-express';
import {
  type ArgumentsHost,
  Body,
  Catch,
  Controller,
  type ExceptionFilter,
  Header,
  Inject,
  Injectable,
  Module,
  Param,
  Put,
  Query,
  StandardSchemaValidationPipe,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { APIGatewayProxyEventV2, Callback, Context } from 'aws-lambda';
import type { Response } from 'express';
import type * as z from 'zod';
import * as endpoint from './endpoint.ts';

@Injectable()
class PlaceService {
  choose(
    sub: ReturnType<typeof endpoint.subOf>,
    place: Parameters<typeof endpoint.choosePlace>[1],
    wish: z.output<typeof endpoint.body>,
    learner: z.output<typeof endpoint.query>['learnerId'],
  ) {
    return endpoint.choosePlace(sub, place, wish, learner);
  }
}

@Controller('me/enrolments')
class PlaceController {
  readonly #places: PlaceService;

  // Named, for esbuild writes no types of parameters down for Nest to read.
  constructor(@Inject(PlaceService) places: PlaceService) {
    this.#places = places;
  }

  @Put(':place')
  @Header('cache-control', 'no-store')
  @Header('x-content-type-options', 'nosniff')
  async choose(
    @Param({ schema: endpoint.params }) { place }: z.output<typeof endpoint.params>,
    @Query({ schema: endpoint.query }) { learnerId }: z.output<typeof endpoint.query>,
    @Body({ schema: endpoint.body }) wish: z.output<typeof endpoint.body>,
  ) {
    const { event } = getCurrentInvoke();
    const answer = await this.#places.choose(endpoint.subOf(event), place, wish, learnerId);
    endpoint.logAnswer(event, 200);
    return answer;
  }
}

@Catch()
class ProblemFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost) {
    const { event } = getCurrentInvoke();
    const { statusCode, headers, body } = endpoint.problemOf(error, event);
    host.switchToHttp().getResponse<Response>().status(statusCode).set(headers).send(body);
    endpoint.logAnswer(event, statusCode);
  }
}

@Module({ controllers: [PlaceController], providers: [PlaceService] })
class AppModule {}

async function bootstrap() {
  const app = await NestFactory.create(AppModule, { logger: false });
  app.useGlobalPipes(
    new StandardSchemaValidationPipe({
      exceptionFactory: (issues) => endpoint.malformed('request', issues),
    }),
  );
  app.useGlobalFilters(new ProblemFilter());
  await app.init();
  return configure({ app: app.getHttpAdapter().getInstance() });
}

// As Nest's page on serverless has it: made once, by the first event.
let server: ReturnType<typeof configure> | undefined;

export async function handler(event: APIGatewayProxyEventV2, context: Context, callback: Callback) {
  server ??= await bootstrap();
  return server(event, context, callback);
}
