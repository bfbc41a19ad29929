import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { Problems, TemplateError } from './problems.ts';
import { parseTemplate, type Template } from './template.ts';

/** A stack as `cdk synth` wrote it, with the files that it needs. */
export interface Assembly {
  readonly stackName: string;
  /** The AWS region that the stack is bound to; undefined when it may go anywhere. */
  readonly region: string | undefined;
  readonly template: Template;
  /** The template's file, for errors. */
  readonly source: string;
  readonly parameters: Readonly<Record<string, string>>;
  /**
   * The directory that would be uploaded under this key of the CDK's asset bucket; undefined when it has none such.
   * @throws Error when it has been taken away
   */
  assetPath(s3Key: string): string | undefined;
}

// The manifest is the CDK's, and new versions add to it: only what is needed here is asked for.
const Manifest = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      environment: z.string().optional(),
      properties: z
        .object({
          file: z.string().optional(),
          templateFile: z.string().optional(),
          stackName: z.string().optional(),
          parameters: z.record(z.string(), z.string()).optional(),
        })
        .optional(),
    }),
  ),
});
type Artifact = z.output<typeof Manifest>['artifacts'][string];

const Assets = z.object({
  files: z
    .record(
      z.string(),
      z.object({
        source: z.object({ path: z.string().optional(), packaging: z.string().optional() }),
        destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
      }),
    )
    .default({}),
  dockerImages: z.record(z.string(), z.unknown()).default({}),
});

/**
 * Reads a CDK cloud assembly with one stack.
 * @param directory - the assembly, such as `cdk.out`
 * @throws TemplateError when there is none, when it holds anything but one stack, or when its template
 * has parts that the local region does not support
 */
export function readAssembly(directory: string): Assembly {
  const manifestFile = join(directory, 'manifest.json');
  if (!existsSync(manifestFile)) {
    const message = 'there is no cloud assembly here; synthesize one first (npm run synth)';
    throw new TemplateError(directory, [{ path: 'manifest.json', message }]);
  }
  const { artifacts } = readJson(manifestFile, Manifest);
  const [name, artifact] = onlyStack(directory, artifacts);
  const templateFile = artifact.properties?.templateFile;
  if (templateFile === undefined) {
    const path = `artifacts.${name}.properties.templateFile`;
    throw new TemplateError(manifestFile, [{ path, message: 'is missing' }]);
  }
  const source = join(directory, templateFile);
  return {
    stackName: artifact.properties?.stackName ?? name,
    region: regionOf(artifact.environment),
    template: parseTemplate(readJson(source, z.unknown()), source),
    source,
    parameters: artifact.properties?.parameters ?? {},
    assetPath: assetPaths(directory, artifacts),
  };
}

function onlyStack(
  directory: string,
  artifacts: Readonly<Record<string, Artifact>>,
): readonly [string, Artifact] {
  const all = Object.entries(artifacts);
  const problems = new Problems();
  for (const [name] of all.filter(([, { type }]) => type === 'cdk:cloud-assembly')) {
    const message = 'a stage (an assembly within the assembly) is not supported';
    problems.report(['artifacts', name], message);
  }
  const stacks = all.filter(([, { type }]) => type === 'aws:cloudformation:stack');
  const [stack] = stacks;
  if (stacks.length !== 1) {
    const names = stacks.map(([name]) => name).join(', ');
    const message = `the local region runs exactly one stack, and here are ${stacks.length} (${names})`;
    problems.report(['artifacts'], message);
  }
  problems.throwIfAny(directory);
  if (stack === undefined) throw new Error('unreachable: one stack has just been counted');
  return stack;
}

/** `aws://123456789012/ap-northeast-2`; the CDK writes `unknown-region` for a stack bound to none. */
function regionOf(environment: string | undefined): string | undefined {
  const region = environment?.split('/').at(-1);
  return region === 'unknown-region' ? undefined : region;
}

function assetPaths(
  directory: string,
  artifacts: Readonly<Record<string, Artifact>>,
): Assembly['assetPath'] {
  const paths = new Map<string, string>();
  for (const { type, properties } of Object.values(artifacts)) {
    if (type !== 'cdk:asset-manifest' || properties?.file === undefined) continue;
    const { files, dockerImages } = readJson(join(directory, properties.file), Assets);
    const [image] = Object.keys(dockerImages);
    if (image !== undefined) {
      const message = 'images of containers are not supported by the local region';
      throw new TemplateError(properties.file, [{ path: `dockerImages.${image}`, message }]);
    }
    for (const { source, destinations } of Object.values(files)) {
      for (const { objectKey } of Object.values(destinations)) {
        if (source.path !== undefined) paths.set(objectKey, resolve(directory, source.path));
      }
    }
  }
  return (s3Key) => {
    const path = paths.get(s3Key);
    if (path === undefined) return undefined;
    if (!existsSync(path) || !statSync(path).isDirectory()) {
      throw new Error(`the asset ${s3Key} is no directory at ${path}; synthesize again`);
    }
    return path;
  };
}

function readJson<Schema extends z.ZodType>(file: string, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(parseJson(file));
  if (parsed.success) return parsed.data;
  throw new TemplateError(
    file,
    parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })),
  );
}

function parseJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new TemplateError(file, [{ path: '(file)', message: `cannot be read: ${message}` }]);
  }
}
