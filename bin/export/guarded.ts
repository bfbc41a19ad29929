import { asking } from '../rollout/asking.ts';
import { RolloutStopped } from '../rollout/stopped.ts';
import type { StepName, Teller } from '../rollout/teller.ts';

/** What each step does, as in "while …". */
const doing: Partial<Record<StepName, string>> = {
  validate: 'reading the region file',
  preflight: 'looking at the stack and the bucket',
  read: 'reading the export',
  check: 'looking whether the copy is new',
  tables: 'exporting tables',
  papers: 'copying papers',
  logins: 'reading or making logins',
  carve: 'taking out what is of the partner',
  manifest: 'writing the manifest',
  rows: 'writing rows',
  deletions: 'reading the ledger or deleting again',
  migrate: 'migrating rows',
};

/**
 * Steps in which what AWS refuses is said in words of ours, and which end at their next progress once somebody has pressed
 * Ctrl-C.
 *
 * @throws {RolloutStopped} `interrupted`, and as `asking`
 */
export function guarded(teller: Teller, interrupted?: AbortSignal): Teller {
  return {
    step: (name, act) =>
      teller.step(name, (progress) => {
        requireGoingOn(interrupted);
        const tell: typeof progress = (text, facts) => {
          requireGoingOn(interrupted);
          progress(text, facts);
        };
        return asking(doing[name] ?? `doing the step "${name}"`, () => act(tell));
      }),
  };
}

/** @throws {RolloutStopped} `interrupted` */
export function requireGoingOn(interrupted: AbortSignal | undefined): void {
  if (interrupted?.aborted !== true) return;
  throw new RolloutStopped(
    'interrupted',
    'Interrupted. Run the same command again: it goes on where it stopped. A copy that is not whole stays closed.',
  );
}
