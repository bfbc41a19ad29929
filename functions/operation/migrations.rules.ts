import { MigrationId } from './contract.ts';
import type { Migration } from './migration.rules.ts';
import { requestsByLearner } from './migration-0001-requests-by-learner.rules.ts';
import { mentorRequestsByLearner } from './migration-0002-mentor-requests-by-learner.rules.ts';
import { certificatesByMentor } from './migration-0003-certificates-by-mentor.rules.ts';
import { closedApplicationsByDay } from './migration-0004-closed-applications-by-day.rules.ts';
import { accountsByProvider } from './migration-0005-accounts-by-provider.rules.ts';

/** What each migration does; the contract has their order. */
const known: Readonly<Record<MigrationId, Migration>> = {
  '0001-requests-by-learner': requestsByLearner,
  '0002-mentor-requests-by-learner': mentorRequestsByLearner,
  '0003-certificates-by-mentor': certificatesByMentor,
  '0004-closed-applications-by-day': closedApplicationsByDay,
  '0005-accounts-by-provider': accountsByProvider,
};

/** Every migration, in the order in which they run. */
export const migrations: readonly Migration[] = MigrationId.options.map((id) => known[id]);

/** How a migration that has begun is known. */
interface Begun {
  readonly id: string;
  readonly state: 'running' | 'done';
}

/** The first migration that is not done: a later one may build on what it does. Undefined when all are. */
export function nextMigration(begun: readonly Begun[]): Migration | undefined {
  const done = new Set(begun.filter(({ state }) => state === 'done').map(({ id }) => id));
  return migrations.find(({ id }) => !done.has(id));
}
