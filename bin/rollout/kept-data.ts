import {
  type CloudFormationClient,
  paginateListStackResources,
  paginateListStacks,
  type ResourceStatus,
} from '@aws-sdk/client-cloudformation';
import {
  DeleteUserPoolCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { DeleteTableCommand, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import {
  DeleteBucketCommand,
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  type _Error as S3Error,
} from '@aws-sdk/client-s3';
import { isNamed } from './aws-refusals.ts';
import type { Clients } from './clients.ts';
import type { DeployedStack } from './stack.ts';
import { RolloutStopped } from './stopped.ts';

/** What a stack leaves behind when it is deleted: people's data. */
export interface Kept {
  readonly type: 'AWS::DynamoDB::Table' | 'AWS::Cognito::UserPool' | 'AWS::S3::Bucket';
  /** Its name or id. */
  readonly id: string;
}

/**
 * What holds people's data, of a stack that is there, and of those of that name that were deleted before and have left
 * theirs behind, as long as CloudFormation remembers them (90 days). A stack that is deployed again begins with tables
 * and pools of its own. What of it is gone already CloudFormation does not know.
 */
export async function keptBy(
  client: CloudFormationClient,
  stackName: string,
  stack: DeployedStack | undefined,
): Promise<readonly Kept[]> {
  const present = stack === undefined ? [] : await storesOf(client, stack.id);
  const before = await deletedStacks(client, stackName);
  const left = before.map((id) => storesOf(client, id, 'DELETE_SKIPPED'));
  return [...present, ...(await Promise.all(left)).flat()];
}

/** @param status - of resources that are wanted; all, when it is left out */
async function storesOf(
  client: CloudFormationClient,
  StackName: string,
  status?: ResourceStatus,
): Promise<readonly Kept[]> {
  const stores: Kept[] = [];
  for await (const page of paginateListStackResources({ client }, { StackName })) {
    for (const {
      ResourceType,
      ResourceStatus,
      PhysicalResourceId: id,
    } of page.StackResourceSummaries ?? []) {
      const type = keptType(ResourceType);
      const isWanted = status === undefined || ResourceStatus === status;
      if (type !== undefined && id !== undefined && isWanted) stores.push({ type, id });
    }
  }
  return stores;
}

async function deletedStacks(client: CloudFormationClient, name: string) {
  const ids: string[] = [];
  const StackStatusFilter = ['DELETE_COMPLETE' as const];
  for await (const { StackSummaries = [] } of paginateListStacks({ client }, { StackStatusFilter }))
    for (const { StackName, StackId } of StackSummaries)
      if (StackName === name && StackId !== undefined) ids.push(StackId);
  return ids;
}

function keptType(type: string | undefined): Kept['type'] | undefined {
  switch (type) {
    case 'AWS::DynamoDB::Table':
    case 'AWS::Cognito::UserPool':
    case 'AWS::S3::Bucket':
      return type;
    default:
      return undefined;
  }
}

/** Deletes what a stack has left behind, for good. What is gone already is fine: an interrupted run is run again. */
export async function deleteKept(clients: Clients, { type, id }: Kept): Promise<void> {
  try {
    switch (type) {
      case 'AWS::DynamoDB::Table':
        return await deleteTable(clients, id);
      case 'AWS::Cognito::UserPool':
        return await deletePool(clients, id);
      case 'AWS::S3::Bucket':
        return await deleteBucket(clients, id);
      default:
        return type satisfies never;
    }
  } catch (error) {
    if (!isNamed(error, 'ResourceNotFoundException', 'NoSuchBucket')) throw error;
  }
}

async function deleteTable({ dynamodb }: Clients, TableName: string): Promise<void> {
  await dynamodb.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }));
  await dynamodb.send(new DeleteTableCommand({ TableName }));
}

/** Settings that an update does not name go back to Cognito's own, which no longer matters. */
async function deletePool({ cognito }: Clients, UserPoolId: string): Promise<void> {
  await cognito.send(new UpdateUserPoolCommand({ UserPoolId, DeletionProtection: 'INACTIVE' }));
  await cognito.send(new DeleteUserPoolCommand({ UserPoolId }));
}

async function deleteBucket({ s3 }: Clients, Bucket: string): Promise<void> {
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await s3.send(
      new ListObjectVersionsCommand({ Bucket }),
    );
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key = '', VersionId }) => ({
      Key,
      VersionId,
    }));
    if (Objects.length === 0) break;
    const { Errors = [] } = await s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }),
    );
    // S3 answers 200 to that, too; who asked again would ask for ever.
    const [first] = Errors;
    if (first !== undefined) throw keptBack(Bucket, Errors.length, first);
  }
  await s3.send(new DeleteBucketCommand({ Bucket }));
}

/** The objects' names are of people, and stay out. */
function keptBack(bucket: string, number: number, { Code, Message }: S3Error): RolloutStopped {
  const text = `S3 does not delete ${number} object${number === 1 ? '' : 's'} in the bucket ${bucket}: ${Code} (${Message}). Look at the bucket's policy and locks, then run the same command again.`;
  return new RolloutStopped('deletion-failed', text);
}
