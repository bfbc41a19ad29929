import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Moment } from '../runtime/clock.ts';
import { documents, update, type Written } from '../runtime/dynamodb.ts';
import type { MigrationId } from './contract.ts';

/**
 * Parts of a table that are read side by side, each from its own place: DynamoDB gives the parts to different
 * partitions, so that no one of them takes all the writes.
 */
export const segments = 4;

/** How far a part is: nothing of it was read, up to this row, or all of it. */
const Cursor = z.union([
  z.literal('beginning'),
  z.literal('end'),
  z.strictObject({ pk: z.string(), sk: z.string() }),
]);
export type Cursor = z.infer<typeof Cursor>;

const StandingRow = z.strictObject({
  pk: z.literal('MIGRATIONS'),
  /** The migration; of a newer release too, which may have run here before. */
  sk: z.string(),
  state: z.enum(['running', 'done']),
  cursors: z.array(Cursor),
  seen: z.int().min(0),
  changed: z.int().min(0),
  begunAt: z.iso.datetime(),
  doneAt: z.iso.datetime().optional(),
  /** Who runs it, and until when nobody else may. */
  holder: z.string().optional(),
  heldUntil: z.iso.datetime().optional(),
});

/** How far a migration is. */
export type Standing = Pick<
  z.infer<typeof StandingRow>,
  'state' | 'cursors' | 'seen' | 'changed' | 'holder'
> & { readonly id: string };

/** One run of one migration that nobody else runs meanwhile. */
export interface Hold {
  readonly id: MigrationId;
  /** The invocation. */
  readonly holder: string;
}

/** How far migrations are; `table` is the operation table's name. */
export function standingStore(table: string) {
  const keyOf = (id: MigrationId) => ({
    TableName: table,
    Key: { pk: 'MIGRATIONS', sk: id } satisfies Partial<z.input<typeof StandingRow>>,
  });

  /** All migrations that have begun. Capacity: 1 read unit for some ten of them. */
  async function list(): Promise<readonly Standing[]> {
    const { Items = [] } = await documents.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :migrations',
        ExpressionAttributeValues: { ':migrations': 'MIGRATIONS' },
        ConsistentRead: true,
      }),
    );
    return Items.map(readStanding);
  }

  /**
   * Takes a migration that is not done, and begins one that has not begun; undefined where somebody holds it, or it is
   * done. Capacity: 1 write unit and 1 read unit.
   *
   * @param until - when others may take it, should this run never end
   */
  async function take(
    { id, holder }: Hold,
    now: Moment,
    until: Moment,
  ): Promise<Standing | undefined> {
    const written = await update({
      ...keyOf(id),
      UpdateExpression: `SET #state = if_not_exists(#state, :running), cursors = if_not_exists(cursors, :beginning),
        seen = if_not_exists(seen, :none), changed = if_not_exists(changed, :none),
        begunAt = if_not_exists(begunAt, :now), holder = :holder, heldUntil = :until`,
      ConditionExpression:
        '(attribute_not_exists(#state) OR #state = :running) AND (attribute_not_exists(heldUntil) OR heldUntil <= :now)',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: {
        ':running': 'running',
        ':beginning': Array.from({ length: segments }, () => 'beginning'),
        ':none': 0,
        ':now': now.toString({ fractionalSecondDigits: 3 }),
        ':holder': holder,
        ':until': until.toString({ fractionalSecondDigits: 3 }),
      },
    });
    if (!written.done) return undefined;
    const { Item = {} } = await documents.send(
      new GetCommand({ ...keyOf(id), ConsistentRead: true }),
    );
    const standing = readStanding(Item);
    return standing.holder === holder ? standing : undefined;
  }

  /** Notes how far it has come; refused where another has taken it since. Capacity: 1 write unit. */
  async function save({ id, holder }: Hold, standing: Standing, now: Moment): Promise<Written> {
    const { cursors, seen, changed } = standing;
    const done = cursors.every((cursor) => cursor === 'end');
    return update({
      ...keyOf(id),
      UpdateExpression: `SET cursors = :cursors, seen = :seen, changed = :changed${
        done ? ', #state = :done, doneAt = :now REMOVE holder, heldUntil' : ''
      }`,
      ConditionExpression: 'holder = :holder',
      ...(done ? { ExpressionAttributeNames: { '#state': 'state' } } : {}),
      ExpressionAttributeValues: {
        ':cursors': cursors,
        ':seen': seen,
        ':changed': changed,
        ':holder': holder,
        ...(done ? { ':done': 'done', ':now': now.toString({ fractionalSecondDigits: 3 }) } : {}),
      },
    });
  }

  /** Lets the next run begin at once. Capacity: 1 write unit. */
  async function release({ id, holder }: Hold): Promise<void> {
    await update({
      ...keyOf(id),
      UpdateExpression: 'REMOVE holder, heldUntil',
      ConditionExpression: 'holder = :holder',
      ExpressionAttributeValues: { ':holder': holder },
    });
  }

  return { list, take, save, release };
}

function readStanding(item: Record<string, unknown>): Standing {
  const { sk: id, state, cursors, seen, changed, holder } = StandingRow.parse(item);
  return { id, state, cursors, seen, changed, holder };
}
