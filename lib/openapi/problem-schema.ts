import { z } from 'zod';
import type { Problem } from '../../functions/runtime/problems.ts';

/** A problem document as the runtime writes it (RFC 9457); the annotation holds the two together. */
export const ProblemSchema: z.ZodType<Problem> = z
  .strictObject({
    type: z.string().meta({ description: 'A URN that ends in the code' }),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string().meta({ description: 'What happened and what to do next, for people' }),
    code: z.string().meta({ description: 'Stable and for machines' }),
    instance: z.string().meta({ description: 'The request; quote it when you report a fault' }),
    errors: z
      .array(
        z.strictObject({
          field: z.string().meta({ examples: ['body.birthDate'] }),
          expected: z.string(),
        }),
      )
      .readonly()
      .exactOptional()
      .meta({ description: 'The fields that were not as expected' }),
    error: z.string().exactOptional().meta({
      description: 'Of a token endpoint: the code as OAuth 2.0 writes it (RFC 6749, section 5.2)',
    }),
  })
  .meta({ description: 'A problem document (RFC 9457)' });

/** What API Gateway itself answers when a request does not reach a handler. */
export const GatewayMessageSchema = z
  .object({ message: z.string().nullable() })
  .meta({ description: 'What the gateway answers to a request that it does not let through' });
