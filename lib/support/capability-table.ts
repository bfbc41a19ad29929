import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { Keys } from '../keys.ts';
import { acknowledge } from './acknowledge.ts';
import type { HandlerFunction } from './handler-function.ts';

/**
 * What functions do with rows by their keys; a transaction needs the action of each of its writes. Nobody scans
 * a table but migrations of data (`allowScans`).
 */
export type RowAction =
  | 'GetItem'
  | 'BatchGetItem'
  | 'Query'
  | 'PutItem'
  | 'BatchWriteItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'ConditionCheckItem';

const text = (name: string) => ({ name, type: AttributeType.STRING });

/**
 * The table of a capability: keys `pk` and `sk`, on demand, expiring by `expiresAt` (seconds since the epoch),
 * restorable to any second of 35 days, and kept when the stack goes.
 *
 * Encrypted with the account's AWS-managed key for DynamoDB: its use shows in CloudTrail, which the
 * AWS-owned key's does not, and it cannot be deleted, as a key of our own could be together with all data. A government
 * that wants to hold the key itself writes `keys: own`.
 */
export class CapabilityTable extends Construct {
  readonly #table: Table;

  /** @param options.stream - whether others follow the table's changes */
  constructor(scope: Construct, id: string, options: { readonly stream?: true } = {}) {
    super(scope, id);
    this.#table = new Table(this, 'Table', {
      partitionKey: text('pk'),
      sortKey: text('sk'),
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expiresAt',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      ...encryptionOf(Keys.of(this)),
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      ...(options.stream ? { stream: StreamViewType.NEW_AND_OLD_IMAGES } : {}),
    });
    acknowledge(this.#table, {
      id: 'NIST.800.53.R5-DynamoDBInBackupPlan',
      reason:
        'Restorable to any second of 35 days by itself; beyond that `ladder export` copies all tables of one moment to the government, with a ledger of deletions that a plan of AWS Backup would undo.',
    });
  }

  /** Of which capability the table is: the construct that it is part of. */
  get capability(): string {
    return this.node.scope?.node.id ?? this.node.id;
  }

  get name(): string {
    return this.#table.tableName;
  }

  get arn(): string {
    return this.#table.tableArn;
  }

  /** @throws {Error} the table was made without a stream */
  get streamArn(): string {
    const arn = this.#table.tableStreamArn;
    if (arn !== undefined) return arn;
    throw new Error(`${this.node.path} has no stream: make it with { stream: true }`);
  }

  /**
   * A sparse index over the items that have both keys: over all their attributes, or, so that a write which changes
   * neither key costs nothing there, over keys only.
   */
  addIndex(
    name: string,
    keys: { readonly partition: string; readonly sort: string; readonly over?: 'keys' },
  ): void {
    this.#table.addGlobalSecondaryIndex({
      indexName: name,
      partitionKey: text(keys.partition),
      sortKey: text(keys.sort),
      projectionType: keys.over === 'keys' ? ProjectionType.KEYS_ONLY : ProjectionType.ALL,
    });
  }

  /** Lets a function do with the table's rows exactly what its stores call. */
  allow(handler: HandlerFunction, ...actions: readonly RowAction[]): void {
    handler.allow(
      actions.map((action) => `dynamodb:${action}`),
      [this.arn],
    );
  }

  /** Reading one of the table's indexes. */
  allowQueries(reader: HandlerFunction, index: string): void {
    reader.allow(['dynamodb:Query'], [`${this.arn}/index/${index}`]);
  }

  /** Reading all rows, page by page: migrations of data do, and nothing else. */
  allowScans(reader: HandlerFunction): void {
    reader.allow(['dynamodb:Scan'], [this.arn]);
  }

  /** Following the table's changes. */
  allowStream(follower: HandlerFunction): void {
    const actions = ['DescribeStream', 'GetRecords', 'GetShardIterator'];
    follower.allow(
      actions.map((action) => `dynamodb:${action}`),
      [this.streamArn],
    );
    follower.allowWide(
      ['dynamodb:ListStreams'],
      `${this.arn}/stream/*`,
      'Lambda asks for dynamodb:ListStreams on all streams of the table that it follows (DynamoDB Developer Guide, "Using IAM with DynamoDB streams").',
    );
  }
}

function encryptionOf({ own, ofOthers }: Keys) {
  return own === undefined
    ? { encryption: TableEncryption.AWS_MANAGED }
    : { encryption: TableEncryption.CUSTOMER_MANAGED, ...ofOthers };
}
