import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { inject } from 'vitest';
import * as z from 'zod';
import { migrate } from '../../bin/migrate.ts';
import { openNeighbours } from '../../bin/neighbours.ts';
import type { Progress } from '../../bin/rollout/teller.ts';
import { MigrationId } from '../../functions/operation/contract.ts';
import { prepareRegion } from '../../local/region.ts';
import { loadRegion } from '../../regions/load.ts';
import { acceptInvitation } from '../invitation.ts';
import { neighboursAt } from '../neighbours.ts';
import { peopleOf } from '../people.ts';
import { newDatabase } from '../runtime/dynamodb-place.ts';
import { deployAssembly } from '../whole/toolkit-deployment.ts';
import { unpackRelease } from './release.ts';

/** The region whose releases are kept. */
export const harbourFile = 'tests/upgrade/harbour.yaml';

/** What is told of a migration. */
const Reached = z.object({ migration: MigrationId, done: z.boolean(), changed: z.int() });
type Reached = z.infer<typeof Reached>;

/**
 * The harbour as a kept release serves it, with the data, the address and the neighbours that the next one will find.
 *
 * @param release - such as `0.1.0`
 */
export async function harbourOf(release: string) {
  const region = loadRegion(harbourFile);
  const directory = mkdtempSync(join(tmpdir(), 'ladder-upgrade-'));
  const before = join(directory, 'release');
  unpackRelease(readFileSync(`tests/upgrade/release-${release}.tar.zst`), before);
  const prepared = await prepareRegion({
    port: 0,
    region: region.deployment.awsRegion,
    data: join(directory, 'data'),
    dynamodb: newDatabase(inject('dynamodb')),
  });
  const { world, secrets } = await openNeighbours(region, undefined, () => prepared.now());
  const identities = ['harbour.example'];
  const running = await prepared.deploy({ assembly: before, secrets, identities });
  const { url } = running;
  const token = await acceptInvitation(url, region.deployment.firstAdministrator);

  /** This release takes the place of the kept one in its stack, as `ladder upgrade` has it: deployed, then migrated. */
  async function upgradeTo(assembly: string): Promise<readonly Reached[]> {
    const { outputs } = await deployAssembly(assembly, `${url}/_aws`, region.deployment.awsRegion);
    const lambda = new LambdaClient({
      endpoint: `${url}/_aws`,
      region: region.deployment.awsRegion,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    const told: Reached[] = [];
    const tell: Progress = (_text, facts) => void told.push(Reached.parse(facts));
    const { result } = await migrate(lambda, outputs, tell);
    return [...told, Reached.parse(result)];
  }

  return {
    people: peopleOf(url, token),
    world: neighboursAt(world.url),
    before,
    upgradeTo,
    stop: async () => {
      await running.stop();
      await world.close();
      rmSync(directory, { recursive: true });
    },
  };
}
