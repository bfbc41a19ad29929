import { z } from 'zod';
import { definition } from './definition.ts';

/*
 * The CloudFormation types of an HTTP API, as the local region takes them. What is listed without
 * being used changes nothing on one machine: names, descriptions, tags, metrics, access logs.
 */

const tags = z.record(z.string(), z.string());

export const apiProperties = z.strictObject({
  /** Routes, integrations, authorizers and CORS; of the API's properties it replaces name and protocol. */
  Body: definition,
  /** What API Gateway would warn of, the local region refuses whatever this says. */
  FailOnWarnings: z.boolean().optional(),
  Description: z.string().optional(),
  /** The region's one address stands for whatever address the API keeps, so it stays open. */
  DisableExecuteApiEndpoint: z.boolean().optional(),
  IpAddressType: z.enum(['ipv4', 'dualstack']).optional(),
  Tags: tags.optional(),
});

const routeSettings = z.strictObject({
  DetailedMetricsEnabled: z.boolean().optional(),
  /** Requests that may come at once. */
  ThrottlingBurstLimit: z.int().min(0).optional(),
  /** Requests per second. */
  ThrottlingRateLimit: z.number().min(0).optional(),
});

/** Throttling of a stage or of one route. */
export type RouteSettings = z.output<typeof routeSettings>;

export const stageProperties = z.strictObject({
  ApiId: z.string(),
  StageName: z.literal('$default', 'the local region serves the $default stage only, at /'),
  AutoDeploy: z.literal(true, 'the local region has no deployments: set AutoDeploy'),
  AccessLogSettings: z.strictObject({ DestinationArn: z.string(), Format: z.string() }).optional(),
  DefaultRouteSettings: routeSettings.optional(),
  RouteSettings: z.record(z.string(), routeSettings).optional(),
  StageVariables: z.record(z.string(), z.string()).optional(),
  Description: z.string().optional(),
  Tags: tags.optional(),
});
