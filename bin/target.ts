import { loadRegion } from '../regions/load.ts';
import type { Region } from '../regions/schema.ts';

/** The options by which every command that speaks with AWS is told where. */
export interface TargetOptions {
  /** An AWS-compatible endpoint in the place of AWS's own, such as a local region's `http://127.0.0.1:4000/_aws`. */
  readonly endpoint?: string;
  /** A profile of the AWS configuration; none: what the environment says. */
  readonly profile?: string;
}

/** A region and the AWS that it is, or will be, deployed to. */
export interface Target extends TargetOptions {
  readonly region: Region;
  /** The region file. */
  readonly file: string;
  readonly stackName: string;
}

/**
 * What a region file and a command's options name. Endpoint and profile go into this process's environment: that is
 * where the SDK's clients and the CDK's toolkit both look for them.
 *
 * @throws {InvalidRegionFile} with every mistake of the file, before anything is asked of AWS (edge case 46)
 */
export function targetOf(file: string, options: TargetOptions): Target {
  const region = loadRegion(file);
  const { endpoint, profile } = options;
  if (endpoint !== undefined) process.env['AWS_ENDPOINT_URL'] = endpoint;
  if (profile !== undefined) process.env['AWS_PROFILE'] = profile;
  process.env['AWS_REGION'] = region.deployment.awsRegion;
  return { ...options, region, file, stackName: `ladder-${region.id}` };
}
