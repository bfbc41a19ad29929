import { runRegion } from '../../bin/local-region.ts';
import { loadRegion } from '../../regions/load.ts';
import { acceptInvitation } from '../invitation.ts';
import { neighboursAt } from '../neighbours.ts';
import { peopleOf } from '../people.ts';

/** A region of a test's own, in memory: its clock may be moved and its providers may fail without disturbing others. */
export async function ownRegion(file = 'regions/seoul.yaml') {
  const region = loadRegion(file);
  const running = await runRegion({
    file,
    region,
    port: 0,
    data: undefined,
    progress: () => {},
  });
  const token = await acceptInvitation(running.url, region.deployment.firstAdministrator);
  return {
    people: peopleOf(running.url, token),
    world: neighboursAt(running.worldUrl),
    stop: () => running.stop(),
  };
}

export type OwnRegion = Awaited<ReturnType<typeof ownRegion>>;
