import { createHash } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NonInteractiveIoHost, type StackActivity, Toolkit } from '@aws-cdk/toolkit-lib';
import { z } from 'zod';

const credentials = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };

/** What a deployment came to. */
export interface Deployed {
  readonly outputs: Readonly<Record<string, string>>;
  /** Resources with the status that each reached, as the toolkit was told: `Id STATUS`. */
  readonly activities: readonly string[];
  readonly noOp: boolean | undefined;
}

/** Tells nobody, and remembers what became of resources. */
class ListeningHost extends NonInteractiveIoHost {
  readonly activities: string[] = [];
  noOp: boolean | undefined;

  override async notify({ code, data }: Parameters<NonInteractiveIoHost['notify']>[0]) {
    // Each code has one type of data, by the toolkit's registry of messages.
    if (code === 'CDK_TOOLKIT_I5502') {
      const { event } = data as StackActivity;
      this.activities.push(`${event.LogicalResourceId} ${event.ResourceStatus}`);
    }
    if (code === 'CDK_TOOLKIT_I5900') this.noOp = (data as { noOp: boolean }).noOp;
  }
}

/**
 * Deploys an assembly with the CDK's own toolkit, as it would to AWS.
 * @param endpoint - the emulated AWS
 */
export async function deployAssembly(
  directory: string,
  endpoint: string,
  region: string,
): Promise<Deployed> {
  const before = { ...process.env };
  Object.assign(process.env, credentials, { AWS_ENDPOINT_URL: endpoint, AWS_REGION: region });
  try {
    const ioHost = new ListeningHost();
    const toolkit = new Toolkit({ ioHost });
    const source = await toolkit.fromAssemblyDirectory(directory);
    const { stacks } = await toolkit.deploy(source, {
      deploymentMethod: { method: 'change-set' },
      stackEventPollingInterval: 100,
    });
    const { activities, noOp } = ioHost;
    return { outputs: stacks[0]?.outputs ?? {}, activities, noOp };
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  }
}

const Resource = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
});
const Template = z.looseObject({ Resources: z.record(z.string(), Resource) });

/**
 * Writes an assembly again with one resource changed, as if it had been synthesized so.
 * @param to - made
 * @param type - of the resource, which is the template's only one
 * @returns its logical id
 */
export function changeAssembly(
  from: string,
  to: string,
  type: string,
  change: (properties: Record<string, unknown>) => object,
): string {
  cpSync(from, to, { recursive: true });
  const file = join(to, 'Region.template.json');
  const template = Template.parse(JSON.parse(readFileSync(file, 'utf8')));
  const [found] = Object.entries(template.Resources).filter(([, { Type }]) => Type === type);
  if (found === undefined) throw new Error(`the template has no ${type}`);
  const [logicalId, resource] = found;
  template.Resources[logicalId] = {
    ...resource,
    Properties: { ...change(resource.Properties) },
  };
  const text = JSON.stringify(template);
  writeFileSync(file, text);
  // By its key in the bucket the toolkit knows whether the template is there already.
  const key = createHash('sha256').update(text).digest('hex');
  for (const name of ['manifest.json', 'Region.assets.json']) {
    const path = join(to, name);
    const old = keyOf(from);
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(old, key));
  }
  return logicalId;
}

/** The key of the template that an assembly would upload. */
function keyOf(directory: string): string {
  const manifest = readFileSync(join(directory, 'manifest.json'), 'utf8');
  const key = /"stackTemplateAssetObjectUrl":\s*"s3:\/\/[^/]+\/([\da-f]{64})\.json"/.exec(
    manifest,
  )?.[1];
  if (key === undefined) throw new Error(`${directory} uploads no template`);
  return key;
}
