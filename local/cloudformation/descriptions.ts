import type { Fields } from '../query.ts';
import type {
  Change,
  ChangeSetRecord,
  ResourceRecord,
  StackEvent,
  StackRecord,
} from './records.ts';
import type { Template } from './template.ts';

/** What the local region lets templates do without being asked: there is nobody else to protect. */
const capabilities = ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'];

/** A stack as `DescribeStacks` tells of it. */
export function describeStack(stack: StackRecord, template: Template | undefined): Fields {
  return {
    StackId: stack.id,
    StackName: stack.name,
    Description: template?.Description,
    Parameters: parameters(stack.parameters),
    CreationTime: time(stack.createdAt),
    LastUpdatedTime: optionalTime(stack.updatedAt),
    DeletionTime: optionalTime(stack.deletedAt),
    StackStatus: stack.status,
    StackStatusReason: stack.reason,
    DisableRollback: false,
    NotificationARNs: [],
    Capabilities: capabilities,
    Outputs: Object.entries(stack.outputs).map(([OutputKey, OutputValue]) => {
      return { OutputKey, OutputValue, Description: template?.Outputs[OutputKey]?.Description };
    }),
    RoleARN: stack.role,
    Tags: stack.tags,
    EnableTerminationProtection: stack.isProtected,
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
  };
}

/** A stack as `ListStacks` tells of it. */
export function summarizeStack(stack: StackRecord, template: Template | undefined): Fields {
  return {
    StackId: stack.id,
    StackName: stack.name,
    TemplateDescription: template?.Description,
    CreationTime: time(stack.createdAt),
    LastUpdatedTime: optionalTime(stack.updatedAt),
    DeletionTime: optionalTime(stack.deletedAt),
    StackStatus: stack.status,
    StackStatusReason: stack.reason,
  };
}

export function describeChangeSet(changeSet: ChangeSetRecord, stack: StackRecord): Fields {
  const isReady = changeSet.status === 'CREATE_COMPLETE';
  return {
    ChangeSetName: changeSet.name,
    ChangeSetId: changeSet.id,
    StackId: stack.id,
    StackName: stack.name,
    Description: changeSet.description,
    Parameters: parameters(changeSet.parameters),
    CreationTime: time(changeSet.createdAt),
    ExecutionStatus: isReady ? 'AVAILABLE' : 'UNAVAILABLE',
    Status: changeSet.status,
    StatusReason: changeSet.reason,
    NotificationARNs: [],
    RollbackConfiguration: {},
    Capabilities: capabilities,
    Tags: changeSet.tags,
    Changes: changeSet.changes.map(describeChange),
    IncludeNestedStacks: false,
  };
}

function describeChange({ action, logicalId, physicalId, type }: Change): Fields {
  const change = {
    Action: action,
    LogicalResourceId: logicalId,
    PhysicalResourceId: physicalId,
    ResourceType: type,
  };
  // What cannot be changed in place is refused, so that nothing is ever replaced.
  const modified = { ...change, Replacement: 'False', Scope: ['Properties'], Details: [] };
  return { Type: 'Resource', ResourceChange: action === 'Modify' ? modified : change };
}

export function describeResource(
  { logicalId, physicalId, type, status, at }: ResourceRecord,
  stack: StackRecord,
): Fields {
  return {
    StackName: stack.name,
    StackId: stack.id,
    LogicalResourceId: logicalId,
    PhysicalResourceId: physicalId,
    ResourceType: type,
    Timestamp: time(at),
    LastUpdatedTimestamp: time(at),
    ResourceStatus: status,
    DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' },
  };
}

export function describeEvent(event: StackEvent): Fields {
  return {
    StackId: event.stackId,
    EventId: event.id,
    OperationId: event.operation,
    StackName: event.stackName,
    LogicalResourceId: event.logicalId,
    PhysicalResourceId: event.physicalId,
    ResourceType: event.type,
    Timestamp: time(event.at),
    ResourceStatus: event.status,
    ResourceStatusReason: event.reason,
  };
}

/** A template's parameters as `GetTemplateSummary` tells of them. */
export function summarizeTemplate({ Parameters, Resources, Description }: Template): Fields {
  return {
    Parameters: Object.entries(Parameters).map(([ParameterKey, declared]) => ({
      ParameterKey,
      DefaultValue: declared.Default,
      ParameterType: declared.Type,
      NoEcho: declared.NoEcho ?? false,
      Description: declared.Description,
    })),
    Description,
    ResourceTypes: [...new Set(Object.values(Resources).map(({ Type }) => Type))],
    Version: '2010-09-09',
  };
}

function parameters(values: Readonly<Record<string, string>>): readonly Fields[] {
  return Object.entries(values).map(([ParameterKey, ParameterValue]) => {
    return { ParameterKey, ParameterValue };
  });
}

function time(at: number): string {
  return new Date(at).toISOString();
}

function optionalTime(at: number | undefined): string | undefined {
  return at === undefined ? undefined : time(at);
}
