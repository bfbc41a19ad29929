import { z } from 'zod';
import { operation } from '../operation.ts';
import { refusals } from '../refusals.ts';

const UserPoolId = z.string();

/** What may change without a template: whether the pool can be deleted. At AWS, all that is not named goes back. */
const updateUserPool = operation(
  'UpdateUserPool',
  z.strictObject({ UserPoolId, DeletionProtection: z.enum(['ACTIVE', 'INACTIVE']) }),
  ({ pools }, input) => {
    pools.save({
      ...pools.need(input.UserPoolId),
      isProtected: input.DeletionProtection === 'ACTIVE',
    });
    return {};
  },
);

/** Deletes a pool with its people, for good. */
const deleteUserPool = operation(
  'DeleteUserPool',
  z.strictObject({ UserPoolId }),
  ({ pools, atomically }, input) => {
    const { id, isProtected } = pools.need(input.UserPoolId);
    if (isProtected) {
      throw refusals.invalid(
        `The user pool ${id} cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.`,
      );
    }
    atomically(() => pools.remove(id));
    return {};
  },
);

export const poolOperations = [updateUserPool, deleteUserPool];
