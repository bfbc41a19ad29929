import type { TestProject } from 'vitest/node';
import { runRegion } from '../../bin/local-region.ts';
import { loadRegion } from '../../regions/load.ts';
import { acceptInvitation } from '../invitation.ts';
import { newDatabase } from '../runtime/dynamodb-place.ts';
import openDynamoDb from '../runtime/global-setup.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the region answers. */
    url: string;
    /** Where content providers and registry answer, with their control routes. */
    worldUrl: string;
    /** Access token of the administrator whom the region file names. */
    administratorToken: string;
  }
}

/** Boots Seoul once, in memory, for all tests of this folder. */
export default async function setup(project: TestProject) {
  const file = 'regions/seoul.yaml';
  const region = loadRegion(file);
  const closeDynamoDb = await openDynamoDb(project);
  const running = await runRegion({
    file,
    region,
    port: 0,
    data: undefined,
    dynamodb: newDatabase(project.getProvidedContext().dynamodb),
    progress: () => {},
  });
  const stop = async () => {
    await running.stop();
    await closeDynamoDb();
  };
  project.provide('url', running.url);
  project.provide('worldUrl', running.worldUrl);
  const { firstAdministrator } = region.deployment;
  const invited = acceptInvitation(running.url, firstAdministrator);
  invited.catch(stop);
  project.provide('administratorToken', await invited);
  return stop;
}
