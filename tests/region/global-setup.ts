import type { TestProject } from 'vitest/node';
import { runRegion } from '../../bin/local-region.ts';
import { ControlClient } from '../../local/control/client.ts';
import { loadRegion } from '../../regions/load.ts';
import { acceptInvitation } from '../invitation.ts';
import {
  denialsIn,
  leaksIn,
  listenToLogs,
  type PersonalValues,
  type Printed,
  personalValues,
} from './log-watch.ts';

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
  const printed = listenToLogs();
  const running = await runRegion({
    file,
    region,
    port: 0,
    data: undefined,
    progress: () => {},
  });
  const stop = () => running.stop();
  project.provide('url', running.url);
  project.provide('worldUrl', running.worldUrl);
  const { firstAdministrator } = region.deployment;
  const invited = acceptInvitation(running.url, firstAdministrator);
  invited.catch(stop);
  project.provide('administratorToken', await invited);
  return async () => {
    try {
      const mails = await new ControlClient(running.url).mails();
      requireSilence(printed(), await personalValues(running.url, mails));
    } finally {
      await stop();
    }
  };
}

/**
 * Nothing that was logged while all tests ran tells of any of their people, and no role refused what a function needs.
 *
 * @throws {Error} the run fails by it, whatever the tests themselves have found
 */
function requireSilence(lines: readonly Printed[], values: PersonalValues): void {
  const faults = [...denialsIn(lines), ...new Set(leaksIn(lines, values))];
  if (faults.length === 0 && lines.length > 0) return;
  process.exitCode = 1;
  const some = faults.slice(0, 20).join('\n  ');
  throw new Error(
    `${lines.length} lines of the log, ${faults.length} faults (tests/region/log-watch.ts):\n  ${some}`,
  );
}
