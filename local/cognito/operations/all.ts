import type { Operation } from '../operation.ts';
import { administrationOperations } from './administration.ts';
import { challengeOperations } from './challenges.ts';
import { listUsersOperations } from './list-users.ts';
import { membershipOperations } from './membership.ts';
import { mfaOperations } from './mfa.ts';
import { poolOperations } from './pools.ts';
import { profileOperations } from './profile.ts';
import { recoveryOperations } from './recovery.ts';
import { signInOperations } from './sign-in.ts';
import { signUpOperations } from './sign-up.ts';

/** Every operation that a local region's user pools know, by name. */
export const operations: ReadonlyMap<string, Operation> = new Map(
  [
    ...signUpOperations,
    ...signInOperations,
    ...challengeOperations,
    ...mfaOperations,
    ...recoveryOperations,
    ...profileOperations,
    ...administrationOperations,
    ...membershipOperations,
    ...listUsersOperations,
    ...poolOperations,
  ].map((operation) => [operation.name, operation]),
);
