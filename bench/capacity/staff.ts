import { randomBytes } from 'node:crypto';
import { identity } from '../../functions/identity/contract.ts';
import type { apiClient } from '../../functions/runtime/client.ts';
import { granted } from '../../tests/people.ts';
import { StaffLogin } from '../../tests/whole/staff-login.ts';
import type { MeteredRegion } from './metered-region.ts';

/** A member of staff of the whole region who signs in again at whatever time it is, which tokens do not live through. */
export async function stayingStaff(
  { people, ledger }: MeteredRegion,
  role: 'coordinator' | 'consultant',
) {
  const email = `${role}-${randomBytes(6).toString('hex')}@example.com`;
  const { inviteStaff } = identity.routes;
  const { staffId } = granted(
    await people.administrator.api(inviteStaff, { body: { email, role } }),
  );
  const login = new StaffLogin(email);
  const signedIn = async (): Promise<ReturnType<typeof apiClient>> =>
    ledger.client(people.url, await login.signIn(people));
  return { staffId, signedIn };
}
