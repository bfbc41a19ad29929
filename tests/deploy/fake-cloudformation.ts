import { z } from 'zod';
import type { Reply } from './fake-replies.ts';
import { xmlError, xmlResult } from './fake-replies.ts';

const Template = z.object({
  Parameters: z.record(z.string(), z.object({ Default: z.string() })).default({}),
});

/** A change set as the deploying side asked for it. */
export interface ChangeSet {
  readonly stackName: string;
  readonly type: string;
  readonly templateUrl: string;
  readonly roleArn: string;
  readonly capabilities: readonly string[];
}

/** A resource that a deployment fails at. */
export interface Failing {
  readonly id: string;
  readonly type: string;
  readonly why: string;
}

/**
 * CloudFormation as a rollout meets it: a change set is ready as soon as it is asked for, and once it is executed the
 * stack is complete, or rolled back where a test says that a resource fails. It creates nothing.
 */
export class FakeCloudFormation {
  readonly changeSets: ChangeSet[] = [];
  readonly protectedStacks: string[] = [];
  readonly unprotectedStacks: string[] = [];
  /** The templates that stacks were created from, as a test says. */
  readonly templates = new Map<string, string>();
  /** What stacks put out once they are complete. */
  outputs: Readonly<Record<string, string>> = {};
  failing: Failing | undefined;
  /** By name, as a test or a deployment has left them. */
  readonly statuses = new Map<string, string>();

  /** @returns undefined for actions that a first deployment does not use */
  answer(action: string, form: URLSearchParams): Reply | undefined {
    const stackName = nameOf(form.get('StackName') ?? '');
    switch (action) {
      case 'DescribeStacks':
        return this.#describe(stackName, form.get('StackName') !== stackName);
      case 'GetTemplate':
        return xmlResult(action, `<TemplateBody>${this.#templateOf(stackName)}</TemplateBody>`);
      case 'CreateChangeSet':
        return this.#createChangeSet(stackName, form);
      case 'DescribeChangeSet':
        return xmlResult(action, changeSetReady(stackName));
      case 'ExecuteChangeSet':
        this.statuses.set(
          stackName,
          this.failing === undefined ? 'CREATE_COMPLETE' : 'ROLLBACK_COMPLETE',
        );
        return xmlResult(action, '');
      case 'DescribeStackEvents':
        return xmlResult(action, `<StackEvents>${this.#events(stackName)}</StackEvents>`);
      case 'DeleteStack':
        this.#delete(stackName);
        return xmlResult(action, '');
      case 'DeleteChangeSet':
        // The CLI clears away one that an earlier run may have left; to delete what is not there is fine.
        return xmlResult(action, '');
      case 'UpdateTerminationProtection':
        if (form.get('EnableTerminationProtection') === 'true')
          this.protectedStacks.push(stackName);
        else this.unprotectedStacks.push(stackName);
        return xmlResult(action, `<StackId>${stackId(stackName)}</StackId>`);
      default:
        return undefined;
    }
  }

  #templateOf(stackName: string): string {
    const template = this.templates.get(stackName) ?? '{}';
    // As CloudFormation does with what is not ASCII.
    const mangled = template.replaceAll(/[^\0-\x7f]/gu, '?');
    return mangled.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  }

  /** A deleted stack is remembered, by its id only. */
  #describe(stackName: string, byId: boolean): Reply {
    const status = this.statuses.get(stackName);
    if (status === undefined || (status === 'DELETE_COMPLETE' && !byId)) {
      const message = `Stack with id ${stackName} does not exist`;
      return { status: 400, body: xmlError('ValidationError', message) };
    }
    const fields = {
      StackName: stackName,
      StackId: stackId(stackName),
      StackStatus: status,
      CreationTime: '2026-01-01T00:00:00Z',
      EnableTerminationProtection: String(this.protectedStacks.includes(stackName)),
      Parameters: this.#parametersOf(stackName),
      Outputs: Object.entries(this.outputs)
        .map(([OutputKey, OutputValue]) => elements({ OutputKey, OutputValue }))
        .map((output) => `<member>${output}</member>`)
        .join(''),
    };
    const stack = `<member>${elements(fields)}</member>`;
    return xmlResult('DescribeStacks', `<Stacks>${stack}</Stacks>`);
  }

  #delete(stackName: string): void {
    if (this.failing !== undefined) this.statuses.set(stackName, 'DELETE_FAILED');
    else this.statuses.set(stackName, 'DELETE_COMPLETE');
  }

  #events(stackName: string): string {
    const status = this.statuses.get(stackName) ?? '';
    const verb = status.startsWith('DELETE') ? 'DELETE' : 'CREATE';
    const { id, type, why } = this.failing ?? { id: 'Any', type: 'AWS::SNS::Topic', why: '' };
    const one = (fields: Readonly<Record<string, string>>) =>
      `<member>${elements({ StackId: stackId(stackName), StackName: stackName, Timestamp: '2100-01-01T00:00:00Z', ...fields })}</member>`;
    const resource = one({
      EventId: '1',
      LogicalResourceId: id,
      ResourceType: type,
      ResourceStatus: this.failing === undefined ? 'CREATE_COMPLETE' : `${verb}_FAILED`,
      ResourceStatusReason: why,
    });
    const whole = one({
      EventId: '2',
      LogicalResourceId: stackName,
      PhysicalResourceId: stackId(stackName),
      ResourceType: 'AWS::CloudFormation::Stack',
      ResourceStatus: status,
    });
    return `${whole}${resource}`;
  }

  /** CloudFormation tells of parameters that kept their default, too. */
  #parametersOf(stackName: string): string {
    const { Parameters } = Template.parse(JSON.parse(this.templates.get(stackName) ?? '{}'));
    return Object.entries(Parameters)
      .map(([ParameterKey, { Default }]) => elements({ ParameterKey, ParameterValue: Default }))
      .map((parameter) => `<member>${parameter}</member>`)
      .join('');
  }

  #createChangeSet(stackName: string, form: URLSearchParams): Reply {
    this.statuses.set(stackName, 'REVIEW_IN_PROGRESS');
    this.changeSets.push({
      stackName,
      type: form.get('ChangeSetType') ?? '',
      templateUrl: form.get('TemplateURL') ?? '',
      roleArn: form.get('RoleARN') ?? '',
      capabilities: members(form, 'Capabilities.member'),
    });
    const id = `<Id>${changeSetId(stackName)}</Id><StackId>${stackId(stackName)}</StackId>`;
    return xmlResult('CreateChangeSet', id);
  }
}

function elements(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .map(([name, content]) => `<${name}>${content}</${name}>`)
    .join('');
}

/** A list in AWS's query protocol: `Name.member.1`, `Name.member.2` … */
function members(form: URLSearchParams, prefix: string): readonly string[] {
  const found: string[] = [];
  for (let position = 1; ; position += 1) {
    const value = form.get(`${prefix}.${position}`);
    if (value === null) return found;
    found.push(value);
  }
}

function nameOf(nameOrId: string): string {
  return nameOrId.startsWith('arn:') ? (nameOrId.split('/')[1] ?? '') : nameOrId;
}

function stackId(stackName: string): string {
  return `arn:aws:cloudformation:ap-northeast-2:123456789012:stack/${stackName}/1`;
}

function changeSetId(stackName: string): string {
  return `arn:aws:cloudformation:ap-northeast-2:123456789012:changeSet/${stackName}/1`;
}

function changeSetReady(stackName: string): string {
  const change =
    '<member><Type>Resource</Type><ResourceChange><Action>Add</Action><LogicalResourceId>Any</LogicalResourceId><ResourceType>AWS::SNS::Topic</ResourceType></ResourceChange></member>';
  return `<ChangeSetId>${changeSetId(stackName)}</ChangeSetId><ChangeSetName>cdk</ChangeSetName><StackId>${stackId(stackName)}</StackId><StackName>${stackName}</StackName><Status>CREATE_COMPLETE</Status><ExecutionStatus>AVAILABLE</ExecutionStatus><Changes>${change}</Changes>`;
}
