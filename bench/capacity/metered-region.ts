import { runRegion } from '../../bin/local-region.ts';
import { ControlClient } from '../../local/control/client.ts';
import type { DynamoDbPlace } from '../../local/dynamodb/service.ts';
import { loadRegion } from '../../regions/load.ts';
import { acceptInvitation } from '../../tests/invitation.ts';
import { peopleOf } from '../../tests/people.ts';
import { Ledger } from './ledger.ts';
import { Meter } from './meter.ts';

/** The region whose actions are counted: all kinds of providers, quotas of none, seats by area. */
const file = 'regions/seoul.yaml';

/** Where the people of the story live. */
export const areaId = 'mapo';

/**
 * A region in memory in which whatever functions ask is counted, with people whose every call of the API is written down.
 *
 * @param dynamodb - one that runs already
 */
export async function meteredRegion(dynamodb?: DynamoDbPlace) {
  const region = loadRegion(file);
  const meter = new Meter();
  const running = await runRegion({
    ...{ file, region, port: 0, data: undefined, dynamodb, observer: meter },
    progress: () => {},
  });
  try {
    const token = await acceptInvitation(running.url, region.deployment.firstAdministrator);
    const control = new ControlClient(running.url);
    const ledger = new Ledger(meter, control);
    const people = peopleOf(running.url, token, ledger.client);
    // What a schedule begins is no call's doing.
    people.control.fire = (schedule) => ledger.aside(() => control.fire(schedule));
    const { url, worldUrl } = running;
    return { region, url, worldUrl, control, ledger, people, stop: () => running.stop() };
  } catch (error) {
    await running.stop();
    throw error;
  }
}

export type MeteredRegion = Awaited<ReturnType<typeof meteredRegion>>;
