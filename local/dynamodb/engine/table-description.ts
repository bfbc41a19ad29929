import type { Table } from './shape.ts';
import type { IndexInput } from './table-inputs.ts';

const throughput = { NumberOfDecreasesToday: 0, ReadCapacityUnits: 0, WriteCapacityUnits: 0 };

/** A table as `DescribeTable` tells of it. Nothing is ever under way: what is asked for is done at once. */
export function describedTable(
  { name, definition, stream }: Table,
  TableArn: string,
  ItemCount: number,
  TableSizeBytes: number,
): object {
  const { TableId, created, keys, attributes, global, local, view, streamArn } = definition;
  const index = ({ IndexName, KeySchema, Projection }: IndexInput) => ({
    IndexName,
    KeySchema,
    Projection,
    IndexArn: `${TableArn}/index/${IndexName}`,
  });
  const billing = definition.billing === 'PAY_PER_REQUEST' && {
    BillingModeSummary: { BillingMode: definition.billing },
  };
  return {
    TableName: name,
    TableArn,
    TableId,
    TableStatus: 'ACTIVE',
    CreationDateTime: created / 1000,
    KeySchema: keys,
    AttributeDefinitions: attributes,
    ProvisionedThroughput: throughput,
    ...billing,
    ItemCount,
    TableSizeBytes,
    ...(global.length > 0 && {
      GlobalSecondaryIndexes: global.map((one) => ({
        ...index(one),
        IndexStatus: 'ACTIVE',
        ProvisionedThroughput: throughput,
      })),
    }),
    ...(local.length > 0 && { LocalSecondaryIndexes: local.map(index) }),
    ...(stream && { StreamSpecification: { StreamEnabled: true, StreamViewType: view } }),
    ...(streamArn !== undefined && {
      LatestStreamArn: streamArn,
      LatestStreamLabel: streamArn.slice(streamArn.lastIndexOf('/') + 1),
    }),
    DeletionProtectionEnabled: definition.isProtected,
  };
}
