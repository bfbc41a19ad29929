import { describeStack } from '../rollout/stack.ts';
import type { Clients } from './clients.ts';
import { type Capability, isCapability, rowKinds } from './ownership.ts';
import { TransferRefused } from './refusals.ts';

export const poolNames = ['public', 'staff'] as const;
export type PoolName = (typeof poolNames)[number];

export const capabilities = Object.keys(rowKinds).filter(isCapability);

/** What holds all that a deployed region knows. */
export interface Holdings {
  readonly stackName: string;
  /** Names of the tables that the region's release has. */
  readonly tables: ReadonlyMap<Capability, string>;
  readonly papersBucket: string;
  readonly pools: Readonly<Record<PoolName, string>>;
  /** Where deletions are noted for good; undefined in a release that notes none. */
  readonly ledgerBucket: string | undefined;
  /** How many migrations of data the release knows: what is behind `+data.` in its version. */
  readonly dataLevel: number;
  readonly outputs: Readonly<Record<string, string>>;
}

/**
 * What a stack's outputs name.
 *
 * @throws {TransferRefused} `not-deployed`
 * @throws {TransferRefused} `stack-incomplete`: of a release that did not say yet where everything is, or of a newer one
 */
export async function findHoldings(
  { cloudFormation }: Pick<Clients, 'cloudFormation'>,
  stackName: string,
): Promise<Holdings> {
  const stack = await describeStack(cloudFormation, stackName);
  if (stack !== undefined) return holdingsOf(stackName, stack.outputs);
  throw new TransferRefused(
    'not-deployed',
    `there is no stack ${stackName} in this account and AWS region. Check the region file, the profile and deployment.awsRegion; "ladder rollout" makes the stack.`,
  );
}

/**
 * Reads a stack's outputs: `Table<Capability>`, `PapersBucket`, `PublicPoolId`, `StaffPoolId`, `LedgerBucket`, `Version`.
 *
 * @throws {TransferRefused} `stack-incomplete`
 */
export function holdingsOf(stackName: string, outputs: Readonly<Record<string, string>>): Holdings {
  const output = (name: string): string => {
    const value = outputs[name];
    if (value !== undefined) return value;
    throw new TransferRefused(
      'stack-incomplete',
      `the stack ${stackName} has no output ${name}: it was deployed by a release that could not be exported. Upgrade it with "ladder upgrade", then try again.`,
    );
  };
  output('TableIdentity');
  return {
    stackName,
    tables: tablesIn(stackName, outputs),
    papersBucket: output('PapersBucket'),
    pools: { public: output('PublicPoolId'), staff: output('StaffPoolId') },
    ledgerBucket: outputs['LedgerBucket'],
    dataLevel: Number(/\+data\.(\d+)$/.exec(outputs['Version'] ?? '')?.[1] ?? 0),
    outputs,
  };
}

/** A table that this release does not know holds something that would be left behind. */
function tablesIn(
  stackName: string,
  outputs: Readonly<Record<string, string>>,
): Holdings['tables'] {
  const tables = new Map<Capability, string>();
  for (const [output, table] of Object.entries(outputs)) {
    const [, name] = /^Table([A-Z]\w*)$/.exec(output) ?? [];
    if (name === undefined) continue;
    const capability = name.toLowerCase();
    if (!isCapability(capability)) {
      throw new TransferRefused(
        'stack-incomplete',
        `the stack ${stackName} has a table of "${capability}", which this release does not know. Use the release that deployed it.`,
      );
    }
    tables.set(capability, table);
  }
  return tables;
}

/** A region's table. @throws {TransferRefused} `stack-incomplete` */
export function tableOf({ tables, stackName }: Holdings, capability: Capability): string {
  const name = tables.get(capability);
  if (name !== undefined) return name;
  throw new TransferRefused(
    'stack-incomplete',
    `the stack ${stackName} has no table of ${capability}, which the export has. Use the release that the export names, or a newer one.`,
  );
}
