import { readEnvironment } from '../runtime/environment.ts';
import { log } from '../runtime/logger.ts';
import { consumeStream } from '../runtime/stream.ts';
import { identityEnvironments } from './contract.ts';
import { inviteToPool } from './staff.adapter.ts';
import { readInvitation, staffStore } from './staff.store.ts';

const environment = readEnvironment(identityEnvironments.invitation);
const store = staffStore(environment.IDENTITY_TABLE);

/** Staff rows of the identity table's stream: whoever is being invited gets a login. */
export const handler = consumeStream(async ({ after }) => {
  if (after === undefined) return;
  const invitation = readInvitation(after);
  const { staff, email } = invitation;
  if (staff.state !== 'inviting') return;
  // A change that the stream brings again is of somebody who has their mail by now, and of two that stand in line the
  // later one mails.
  if (!(await store.isWanted(invitation))) return;
  const sub = await inviteToPool(environment.STAFF_POOL_ID, email, staff.role);
  const recorded = await store.recordInvited(invitation, sub);
  if (!recorded.done) return;
  log.info('invited', { staffId: staff.staffId });
});
