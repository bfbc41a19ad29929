import { createHash } from 'node:crypto';
import type { Problems } from './problems.ts';
import type { Template } from './template.ts';
import { Omitted, type Value } from './value.ts';

/** Where a stack runs, and its name: what the pseudo parameters tell. */
export interface StackPlace {
  readonly stackName: string;
  readonly account: string;
  readonly region: string;
}

/** The CDK asks SSM for its bootstrap version and uses it only in a rule that the local region skips. */
const bootstrapParameter = 'BootstrapVersion';

/**
 * Values of the pseudo parameters and of the template's own, from what the assembly gives or the default.
 * @param given - values by name
 */
export function parameterValues(
  template: Template,
  given: Readonly<Record<string, string>>,
  place: StackPlace,
  problems: Problems,
): ReadonlyMap<string, Value> {
  const values = new Map<string, Value>(pseudoParameters(place));
  for (const [name, { Type: type, Default: fallback }] of Object.entries(template.Parameters)) {
    if (name === bootstrapParameter) continue;
    const path = ['Parameters', name];
    if (type.startsWith('AWS::SSM::')) {
      problems.report(path, `${type} is not supported: the local region has no parameter store`);
      continue;
    }
    const value = given[name] ?? fallback;
    if (value === undefined) {
      problems.report(path, 'has neither a default nor a value in the assembly');
      continue;
    }
    const isList = type === 'CommaDelimitedList' || type.startsWith('List<');
    values.set(
      name,
      isList
        ? String(value)
            .split(',')
            .map((entry) => entry.trim())
        : String(value),
    );
  }
  for (const name of Object.keys(given).filter(
    (name) => !Object.hasOwn(template.Parameters, name),
  )) {
    problems.report(
      ['Parameters', name],
      'is given a value, but the template has no such parameter',
    );
  }
  return values;
}

/** A stack's ARN: the same whenever there is a stack of this name. */
export function stackIdOf({ stackName, account, region }: StackPlace): string {
  const id = createHash('sha256').update(stackName).digest('hex');
  const uuid = [
    id.slice(0, 8),
    id.slice(8, 12),
    id.slice(12, 16),
    id.slice(16, 20),
    id.slice(20, 32),
  ];
  return `arn:aws:cloudformation:${region}:${account}:stack/${stackName}/${uuid.join('-')}`;
}

function pseudoParameters(place: StackPlace): [string, Value][] {
  const { stackName, account, region } = place;
  return [
    ['AWS::AccountId', account],
    ['AWS::NoValue', Omitted],
    ['AWS::NotificationARNs', []],
    ['AWS::Partition', 'aws'],
    ['AWS::Region', region],
    ['AWS::StackId', stackIdOf(place)],
    ['AWS::StackName', stackName],
    ['AWS::URLSuffix', 'amazonaws.com'],
  ];
}

/**
 * The name of a resource that the template does not name: the same at every boot, as CloudFormation's are
 * in shape, and at most 58 characters, so that it fits every kind that we have (functions end at 64).
 */
export function physicalName(stackName: string, logicalId: string): string {
  const hash = createHash('sha256').update(`${stackName}/${logicalId}`).digest('hex');
  return `${stackName.slice(0, 24)}-${logicalId.slice(0, 24)}-${hash.slice(0, 8).toUpperCase()}`;
}
