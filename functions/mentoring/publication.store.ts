import * as z from 'zod';
import { AreaId } from '../../regions/schema.ts';
import { StaffId } from '../identity/contract.ts';
import { type TransactItem, transact } from '../runtime/dynamodb.ts';
import { roundKeyPrefix } from './contract.ts';
import { Round } from './round.contract.ts';
import { roundKey } from './round.store.ts';
import { RoundId } from './words.contract.ts';

/** That pairs are to be published: those of an area, or all. */
const PublicationRow = z.strictObject({
  pk: z.string(),
  sk: z.string().startsWith('PUBLISH#'),
  roundId: RoundId,
  areaId: AreaId.optional(),
  /** Of which run's proposal: what another run proposes nobody has released. */
  attempt: Round.shape.attempt,
  state: z.enum(['wanted', 'done']),
  wantedBy: StaffId,
  wantedAt: z.iso.datetime(),
});
export type Publication = Omit<z.infer<typeof PublicationRow>, 'pk' | 'sk' | 'state'>;

/** Writes of what is to be published; `table` is the mentoring table's name. */
export function publicationStore(table: string) {
  /**
   * The writes that have the pairs of a round published, as long as it is as it was read. Capacity: 2 write units, and 2
   * for each area.
   *
   * @param areas - those whose pairs they are; undefined: all of the region
   */
  function want(
    seen: Round,
    wanted: Omit<Publication, 'areaId'>,
    areas: readonly AreaId[] | undefined,
  ): TransactItem[] {
    const each = areas?.map((areaId) => ({ ...wanted, areaId })) ?? [wanted];
    return [
      {
        ConditionCheck: {
          TableName: table,
          Key: roundKey(seen.roundId),
          ConditionExpression: '#state = :proposed AND attempt = :attempt',
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: { ':proposed': 'proposed', ':attempt': seen.attempt },
        },
      },
      ...each.map((one) => ({ Put: { TableName: table, Item: publicationRow(one, 'wanted') } })),
    ];
  }

  /** Notes that a publication is done, unless it was wanted anew meanwhile. Capacity: 2 write units. */
  async function done(publication: Publication): Promise<void> {
    // Refused where it was wanted anew: that comes along the stream once more.
    await transact([
      {
        Put: {
          TableName: table,
          Item: publicationRow(publication, 'done'),
          ConditionExpression: 'wantedAt = :seen',
          ExpressionAttributeValues: { ':seen': publication.wantedAt },
        },
      },
    ]);
  }

  return { want, done };
}

/** A publication that a change of its row wants to be done; undefined of any other change. */
export function readPublication(
  item: Record<string, unknown> | undefined,
): Publication | undefined {
  if (!String(item?.['sk']).startsWith('PUBLISH#') || item?.['state'] !== 'wanted')
    return undefined;
  const { pk, sk, state, ...wanted } = PublicationRow.parse(item);
  return wanted;
}

function publicationRow(publication: Publication, state: 'wanted' | 'done') {
  const { roundId, areaId } = publication;
  const row = {
    pk: roundKeyPrefix + roundId,
    sk: `PUBLISH#${areaId ?? ''}`,
    state,
    ...publication,
  };
  return row satisfies z.input<typeof PublicationRow>;
}
