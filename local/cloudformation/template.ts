import { z } from 'zod';
import { type Path, TemplateError, type TemplateProblem } from './problems.ts';
import type { Json } from './value.ts';

const JsonValue: z.ZodType<Json> = z.json();

const Parameter = z.strictObject({
  Type: z.string(),
  Default: z.union([z.string(), z.number()]).optional(),
  Description: z.string().optional(),
  // CloudFormation checks these of values that people type; the local region only uses defaults.
  AllowedValues: z.array(z.union([z.string(), z.number()])).optional(),
  AllowedPattern: z.string().optional(),
  ConstraintDescription: z.string().optional(),
  MinLength: z.number().optional(),
  MaxLength: z.number().optional(),
  MinValue: z.number().optional(),
  MaxValue: z.number().optional(),
  NoEcho: z.boolean().optional(),
});

const Resource = z.strictObject({
  Type: z.string(),
  Properties: z.record(z.string(), JsonValue).optional(),
  DependsOn: z.union([z.string(), z.array(z.string())]).optional(),
  Condition: z.string().optional(),
  // Nothing is ever replaced here: what cannot be changed in place is refused.
  DeletionPolicy: z.string().optional(),
  UpdateReplacePolicy: z.string().optional(),
  Metadata: z.unknown().optional(),
});

const Output = z.strictObject({
  Value: JsonValue,
  Condition: z.string().optional(),
  Description: z.string().optional(),
  // An export is for other stacks, and there are none in a local region.
  Export: z.unknown().optional(),
});

/** The CDK's check of its own bootstrap stack; a local region needs no bootstrap. */
const bootstrapRule = 'CheckBootstrapVersion';

const Rules = z.record(z.string(), z.unknown()).superRefine((rules, context) => {
  for (const name of Object.keys(rules).filter((name) => name !== bootstrapRule)) {
    context.addIssue({
      code: 'custom',
      path: [name],
      message: `rules are not supported by the local region (only the CDK's ${bootstrapRule}, which it skips)`,
    });
  }
});

/**
 * A CloudFormation template, strict in everything but the properties of resources (each resource kind is
 * strict about its own). `Transform`, `Hooks`, `CreationPolicy` and `UpdatePolicy` are not supported.
 */
const Template = z.strictObject({
  AWSTemplateFormatVersion: z.literal('2010-09-09').optional(),
  Description: z.string().optional(),
  Metadata: z.unknown().optional(),
  Parameters: z.record(z.string(), Parameter).default({}),
  Mappings: z.record(z.string(), z.record(z.string(), z.record(z.string(), JsonValue))).default({}),
  Conditions: z.record(z.string(), JsonValue).default({}),
  Rules: Rules.optional(),
  Resources: z.record(z.string(), Resource),
  Outputs: z.record(z.string(), Output).default({}),
});

export type Template = z.output<typeof Template>;
export type DeclaredResource = z.output<typeof Resource>;

/**
 * Reads the frame of a template.
 * @param source - names the template in errors, such as its file
 * @throws TemplateError naming every part that the local region does not support
 */
export function parseTemplate(json: unknown, source: string): Template {
  const parsed = Template.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new TemplateError(
    source,
    parsed.error.issues.flatMap((issue) => describeIssue(issue)),
  );
}

/** A zod issue as problems with their paths: one for each unknown key, one for everything else. */
export function describeIssue(issue: z.core.$ZodIssue, under: Path = []): TemplateProblem[] {
  const at = [...under, ...issue.path.map(pathKey)];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...at, key].join('.'),
      message: 'is not supported by the local region',
    }));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    return closest(issue.errors).flatMap((inner) => describeIssue(inner, at));
  }
  // About the key of a record itself: its own issues say what a key must be.
  const reasons = issue.code === 'invalid_key' ? issue.issues : [issue];
  return reasons.map(({ message }) => ({ path: at.join('.'), message }));
}

/** Of what each member of a union objects to, the objections of the one that got furthest into the value. */
function closest(members: readonly z.core.$ZodIssue[][]): readonly z.core.$ZodIssue[] {
  const depth = (issues: readonly z.core.$ZodIssue[]) =>
    Math.max(0, ...issues.map((issue) => issue.path.length));
  const furthest = Math.max(...members.map(depth));
  if (furthest === 0) return members.flat();
  return members.find((issues) => depth(issues) === furthest) ?? [];
}

function pathKey(key: PropertyKey): string | number {
  return typeof key === 'symbol' ? String(key) : key;
}
