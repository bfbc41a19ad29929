import * as z from 'zod';
import {
  Area,
  Group,
  IncomeBand,
  Intake,
  Language,
  Partner,
  PartnerState,
  Policy,
  Text,
} from '../../regions/schema.ts';
import { contract } from '../runtime/route.ts';

/** What a client needs to know before anyone has signed in. */
export const Configuration = z.strictObject({
  region: z.strictObject({
    id: z.string(),
    name: Text,
    timeZone: z.string(),
    languages: z.array(Language).min(1),
    /** With what an area has beside content, where that is less than all that the region has (domain.md row 31). */
    areas: z.array(Area),
    /** The governments that the region hosts: where each stands today, and whom it takes (domain.md row 28). */
    partners: z.array(
      Partner.pick({ id: true, name: true, areas: true, from: true, groups: true }).extend({
        state: PartnerState,
      }),
    ),
    incomeBands: z.array(IncomeBand),
    /** What is in force today of the region's rules, with the version that decisions keep. */
    policy: Policy.pick({
      version: true,
      from: true,
      legalBasis: true,
      consentAge: true,
      majorityAge: true,
      minimumAge: true,
      maximumAge: true,
      whenTooOld: true,
      approvalMonths: true,
      deadlines: true,
      switches: true,
    }),
    /** Whom the policy admits, and the papers that they hand in. */
    groups: z.array(Group),
    /** How many places a learner may fill in each category. */
    places: Policy.shape.places,
    /** When applications are taken, as clocks in the region show it. */
    intakes: z.array(Intake),
  }),
  /** Where learners, guardians and mentors sign in: a Cognito user pool and its client. */
  publicPool: z.strictObject({ poolId: z.string(), clientId: z.string() }),
  staffPool: z.strictObject({ poolId: z.string(), clientId: z.string() }),
  endpoints: z.strictObject({ cognito: z.url(), api: z.url() }),
});
export type Configuration = z.infer<typeof Configuration>;

/** What each function of this capability is deployed with. */
export const aboutEnvironments = {
  api: z.object({
    PUBLIC_POOL_ID: z.string().min(1),
    PUBLIC_CLIENT_ID: z.string().min(1),
    STAFF_POOL_ID: z.string().min(1),
    STAFF_CLIENT_ID: z.string().min(1),
    COGNITO_ENDPOINT: z.url(),
  }),
};

export const about = contract({
  name: 'about',
  summary: 'What this service says of itself',
  routes: {
    health: {
      method: 'GET',
      path: '/health',
      access: { pool: 'none' },
      summary: 'Whether the API answers',
      answers: { status: 200, body: z.strictObject({ status: z.literal('ok') }) },
    },
    configuration: {
      method: 'GET',
      path: '/config',
      access: { pool: 'none' },
      summary: 'The region, its pools and endpoints',
      answers: { status: 200, body: Configuration },
    },
    openapi: {
      method: 'GET',
      path: '/openapi.json',
      access: { pool: 'none' },
      summary: 'This description, as OpenAPI 3.1',
      answers: { status: 200, body: z.string(), mediaType: 'application/json' },
    },
    docs: {
      method: 'GET',
      path: '/docs',
      access: { pool: 'none' },
      summary: 'The API reference as a page',
      answers: {
        status: 200,
        body: z.string().meta({ examples: ['<!doctype html>'] }),
        mediaType: 'text/html',
      },
    },
    docsFile: {
      method: 'GET',
      path: '/docs/{file}',
      access: { pool: 'none' },
      summary: 'What the page needs',
      params: z.strictObject({
        file: z
          .string()
          .max(60)
          .meta({
            description: 'The name of a file that the page asks for',
            examples: ['swagger-ui.css'],
          }),
      }),
      answers: { status: 200, body: z.string(), mediaType: '*/*' },
      refusals: { 404: ['no-such-file'] },
    },
  },
});
