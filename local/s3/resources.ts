import { createHash } from 'node:crypto';
import { type ResourceKind, resourceKind } from '../resource.ts';
import type { Bucket, CorsRule, LifecycleRule, Notification } from './bucket.ts';
import { S3Error } from './errors.ts';
import { BucketPolicyProperties, BucketProperties } from './properties.ts';

/**
 * `AWS::S3::Bucket` and `AWS::S3::BucketPolicy`.
 * @param declare - takes a bucket of the template
 * @param find - throws when there is no bucket of this name
 * @param leave - goes on with a bucket that is no template's any more
 */
export function bucketKinds(
  region: string,
  declare: (bucket: Bucket) => void,
  find: (name: string) => Bucket,
  leave: (name: string) => void,
): readonly ResourceKind[] {
  return [
    resourceKind({
      type: 'AWS::S3::Bucket',
      properties: BucketProperties,
      create: ({ physicalName, properties }) => {
        requireDistinct(notificationsOf(properties.NotificationConfiguration));
        const bucket = described(properties.BucketName ?? generatedName(physicalName), properties);
        declare(bucket);
        return { ref: bucket.name, attributes: attributesOf(bucket, region) };
      },
      retain: leave,
    }),
    resourceKind({
      type: 'AWS::S3::BucketPolicy',
      properties: BucketPolicyProperties,
      create: ({ physicalName, properties }) => {
        find(properties.Bucket);
        return { ref: physicalName, attributes: {} };
      },
    }),
  ];
}

function described(name: string, properties: BucketProperties): Bucket {
  return {
    name,
    arn: `arn:aws:s3:::${name}`,
    versioned: properties.VersioningConfiguration !== undefined,
    notifications: notificationsOf(properties.NotificationConfiguration),
    lifecycle: lifecycleOf(properties),
    cors: corsOf(properties),
  };
}

function attributesOf({ name, arn }: Bucket, region: string): Record<string, string> {
  return {
    Arn: arn,
    DomainName: `${name}.s3.amazonaws.com`,
    RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
    DualStackDomainName: `${name}.s3.dualstack.${region}.amazonaws.com`,
  };
}

function notificationsOf(
  configuration: BucketProperties['NotificationConfiguration'],
): readonly Notification[] {
  const { QueueConfigurations: queues, LambdaConfigurations: functions } = configuration;
  const all = [
    ...queues.map((one) => ({ ...one, kind: 'queue' as const, target: one.Queue })),
    ...functions.map((one) => ({ ...one, kind: 'function' as const, target: one.Function })),
  ];
  return all.map(({ Event: event, Filter, kind, target }) => {
    const ruled = (name: string) =>
      Filter?.S3Key.Rules.find((rule) => rule.Name.toLowerCase() === name)?.Value ?? '';
    const rule = { kind, target, event, prefix: ruled('prefix'), suffix: ruled('suffix') };
    const id = createHash('sha256').update(JSON.stringify(rule)).digest('hex').slice(0, 32);
    return { id, ...rule };
  });
}

/**
 * Refuses what S3 refuses: two configurations that one event of one key could both concern.
 * @throws S3Error - `InvalidArgument`
 */
function requireDistinct(notifications: readonly Notification[]): void {
  for (const [at, one] of notifications.entries()) {
    const other = notifications.slice(at + 1).find((two) => overlap(one, two));
    if (other === undefined) continue;
    const message =
      'Configurations overlap. Configurations on the same bucket cannot share a common event type ' +
      `where both prefixes and suffixes do: ${one.event} for ${one.target} and ${other.event} for ${other.target}`;
    throw new S3Error('InvalidArgument', message);
  }
}

function overlap(one: Notification, two: Notification): boolean {
  const within = (a: string, b: string) =>
    a === b || (b.endsWith(':*') && a.startsWith(b.slice(0, -1)));
  const [p, q] = [one.prefix, two.prefix];
  const [s, t] = [one.suffix, two.suffix];
  return (
    (within(one.event, two.event) || within(two.event, one.event)) &&
    (p.startsWith(q) || q.startsWith(p)) &&
    (s.endsWith(t) || t.endsWith(s))
  );
}

function lifecycleOf({ LifecycleConfiguration }: BucketProperties): readonly LifecycleRule[] {
  const enabled = LifecycleConfiguration?.Rules.filter(({ Status }) => Status === 'Enabled') ?? [];
  return enabled.map((rule) => ({
    prefix: rule.Prefix,
    days: rule.ExpirationInDays,
    noncurrentDays: rule.NoncurrentVersionExpiration?.NoncurrentDays,
    noncurrentKept: rule.NoncurrentVersionExpiration?.NewerNoncurrentVersions ?? 0,
    expiresMarkers: rule.ExpiredObjectDeleteMarker,
  }));
}

function corsOf({ CorsConfiguration }: BucketProperties): readonly CorsRule[] {
  return (CorsConfiguration?.CorsRules ?? []).map((rule) => ({
    origins: rule.AllowedOrigins,
    methods: rule.AllowedMethods,
    headers: rule.AllowedHeaders,
    exposed: rule.ExposedHeaders,
    maxAge: rule.MaxAge,
  }));
}

/** A bucket's name has 63 small letters, digits and hyphens at most; a digest keeps it unique. */
function generatedName(physicalName: string): string {
  const name = physicalName.toLowerCase().replace(/[^a-z\d-]/g, '-');
  if (name === physicalName && name.length <= 63) return name;
  const digest = createHash('sha256').update(physicalName).digest('hex').slice(0, 8);
  return `${name.slice(0, 54)}-${digest}`;
}
