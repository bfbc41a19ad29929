import { expect } from 'vitest';
import { z } from 'zod';
import { resourcesOf, seoul, templateOf } from './template.ts';

const template = templateOf(seoul);

/** IAM writes a list of one without the list. */
const list = <Item extends z.ZodType>(item: Item) =>
  z.preprocess((value) => [value].flat(), z.array(item));
const Statement = z.object({
  Effect: z.enum(['Allow', 'Deny']),
  Action: list(z.string()),
  Resource: list(z.unknown()),
});
export const Role = z.object({
  Description: z.string(),
  AssumeRolePolicyDocument: z.unknown(),
  ManagedPolicyArns: z.unknown().optional(),
  Policies: z.tuple([z.object({ PolicyDocument: z.object({ Statement: z.array(Statement) }) })]),
});

/** What each handler may do: `action resource`, the resource as `<LogicalId>` and what follows. */
function grantsByHandler(): ReadonlyMap<string, readonly string[]> {
  const roles = [...resourcesOf(template, 'AWS::IAM::Role').values()];
  return new Map(
    roles.map(({ Properties }) => {
      const { Description, Policies } = Role.parse(Properties);
      const grants = Policies[0].PolicyDocument.Statement.flatMap(
        ({ Effect, Action, Resource }) => {
          expect(Effect).toBe('Allow');
          return Action.flatMap((action) =>
            Resource.map((resource) => `${action} ${spelled(resource)}`),
          );
        },
      );
      return [Description.replace('What ', '').replace(' may do', ''), grants.sort()];
    }),
  );
}

/** An ARN as text, with resources by a readable part of their logical id. */
function spelled(arn: unknown): string {
  if (typeof arn === 'string') return arn;
  const parsed = z
    .union([
      z.object({ Ref: z.string() }),
      z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) }),
      z.object({ 'Fn::Join': z.tuple([z.literal(''), z.array(z.unknown())]) }),
    ])
    .parse(arn);
  if ('Ref' in parsed) return `<${readable(parsed.Ref)}>`;
  if ('Fn::Join' in parsed) return parsed['Fn::Join'][1].map(spelled).join('');
  const [id, attribute] = parsed['Fn::GetAtt'];
  return attribute === 'StreamArn' ? `<${readable(id)}>/stream` : `<${readable(id)}>`;
}

/** Without the hash that the CDK appends. */
function readable(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, '');
}

/** See `grantsByHandler`, of the largest region. */
export const grants = grantsByHandler();
export const handlers = [...grants.keys()];

/** What a handler may do with rows, without the service's name: streams are read by what Lambda runs. */
export function rowGrants(handler: string): readonly string[] {
  return (grants.get(handler) ?? [])
    .filter((grant) => grant.startsWith('dynamodb:') && !grant.includes('/stream'))
    .map((grant) => grant.slice('dynamodb:'.length));
}
