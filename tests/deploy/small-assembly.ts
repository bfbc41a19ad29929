import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Resources by id: their type, their properties, and whether they stay when the stack no longer has them. */
export type Resources = Readonly<
  Record<string, readonly [type: string, properties: object, stays?: 'Retain']>
>;

const version = '/cdk-bootstrap/hnb659fds/version';

/**
 * Writes a cloud assembly of one stack without code, as the CDK does, and the template that CloudFormation would get.
 */
export function writeAssembly(
  folder: string,
  { stackName, region }: { readonly stackName: string; readonly region: string },
  resources: Resources,
): { readonly directory: string; readonly template: string } {
  const directory = mkdtempSync(join(folder, 'assembly-'));
  const written = Object.entries(resources).map(
    ([id, [Type, Properties, DeletionPolicy]]) =>
      [id, { Type, Properties, DeletionPolicy, UpdateReplacePolicy: DeletionPolicy }] as const,
  );
  const template = JSON.stringify({ Resources: Object.fromEntries(written) });
  const roleOf = (kind: string) =>
    `arn:aws:iam::\${AWS::AccountId}:role/cdk-hnb659fds-${kind}-role-\${AWS::AccountId}-${region}`;
  const properties = {
    assumeRoleArn: roleOf('deploy'),
    lookupRole: { arn: roleOf('lookup') },
    templateFile: 'Region.template.json',
    stackName,
    terminationProtection: true,
    requiresBootstrapStackVersion: 6,
    bootstrapStackVersionSsmParameter: version,
  };
  const artifact = {
    type: 'aws:cloudformation:stack',
    environment: `aws://unknown-account/${region}`,
    displayName: 'Region',
    properties,
  };
  writeFileSync(join(directory, 'Region.template.json'), template);
  writeFileSync(
    join(directory, 'manifest.json'),
    JSON.stringify({ version: '36.0.0', artifacts: { Region: artifact } }),
  );
  return { directory, template };
}
