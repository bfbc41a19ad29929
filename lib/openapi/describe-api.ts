import { z } from 'zod';
import {
  type CreateDocumentOptions,
  createDocument,
  type ZodOpenApiPathsObject,
} from 'zod-openapi';
import { Configuration } from '../../functions/about/contract.ts';
import { AuditEntry } from '../../functions/audit/contract.ts';
import { CourseView, ProviderView } from '../../functions/catalogue/contract.ts';
import { contracts } from '../../functions/contracts.ts';
import { Application, Decision, OwnApplication } from '../../functions/eligibility/contract.ts';
import { Approval, Enrolment, Enrolments } from '../../functions/enrolment/contract.ts';
import { Profile, ProfileInput, Staff, StaffInput } from '../../functions/identity/contract.ts';
import type { Contract } from '../../functions/runtime/route.ts';
import { examplesOf } from './examples.ts';
import { describeRoute } from './operation.ts';
import { GatewayMessageSchema, ProblemSchema } from './problem-schema.ts';

const introduction = `
The API of an education-welfare region: who someone is, whether they may join, and the providers that they choose.

**Signing in.** Learners, guardians and mentors sign in to the public user pool, staff to the staff pool; both are
named by \`GET /config\`. Send the *access* token as \`Authorization: Bearer …\`.

**Errors.** What a handler refuses is a problem document (RFC 9457) with a stable \`code\`. What does not reach a
handler is answered by the gateway with \`{"message": …}\`: 401 without a valid token, 403, 404 for a path that
is not in this document, 413 above 10 MB, 429 when there are too many requests.

**Changing.** A \`POST\` needs an \`Idempotency-Key\`, but for those of machines that name none. What has an \`ETag\` takes it back as \`If-Match\`.
`.trim();

/**
 * The OpenAPI 3.1 document of every contract. The same for every region: areas, groups and providers are told
 * by \`GET /config\` and \`GET /providers\`.
 */
export function describeApi(): ReturnType<typeof createDocument> {
  return createDocument(
    {
      openapi: '3.1.1',
      info: { title: 'Ladder', version: '1', description: introduction },
      servers: [{ url: '/', description: 'The API that serves this document' }],
      tags: contracts.map(({ name, summary }) => ({ name, description: summary })),
      paths: paths(contracts),
      components: {
        securitySchemes: {
          publicPool: bearer('An access token of the public pool: learners, guardians, mentors'),
          staffPool: bearer('An access token of the staff pool; its group is the role'),
        },
        schemas: {
          Problem: ProblemSchema,
          GatewayMessage: GatewayMessageSchema,
          Profile,
          ProfileInput,
          Staff,
          StaffInput,
          AuditEntry,
          Application,
          OwnApplication,
          Decision,
          ProviderView,
          CourseView,
          Approval,
          Enrolment,
          Enrolments,
          Configuration,
        },
      },
    },
    {
      override: (context) => {
        showNormalized(context);
        showExamples(context);
      },
    },
  );
}

function bearer(description: string) {
  return { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description } as const;
}

function paths(all: readonly Contract[]): ZodOpenApiPathsObject {
  const found: ZodOpenApiPathsObject = {};
  for (const { name: capability, routes } of all) {
    for (const [name, route] of Object.entries(routes)) {
      const method = route.method.toLowerCase();
      found[route.path] = {
        ...found[route.path],
        [method]: describeRoute(capability, name, route),
      };
    }
  }
  return found;
}

type Override = NonNullable<CreateDocumentOptions['override']>;

/**
 * The transforms in contracts only normalize: what goes out looks as what may come in. zod takes the two for
 * unlike: it makes no JSON Schema of a transform's result, and leaves the examples of the result out of its input.
 */
const showNormalized: Override = (context) => {
  const { zodSchema, jsonSchema, io } = context;
  const { def } = zodSchema._zod;
  if (def.type !== 'pipe' || def.out._zod.def.type !== 'transform') return;
  if (io === 'output') {
    const { $schema, ...shown } = z.toJSONSchema(def.in);
    Object.assign(jsonSchema, shown);
  }
  const examples = z.globalRegistry.get(zodSchema)?.examples;
  if (examples !== undefined) jsonSchema.examples = examples;
};

/** What only makes sense as a whole has its examples beside the contracts, found by the schema itself. */
const showExamples: Override = ({ zodSchema, jsonSchema }) => {
  const examples = examplesOf.get(zodSchema);
  if (examples !== undefined) jsonSchema.examples = [...examples];
};
