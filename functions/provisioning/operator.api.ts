import type { Provider, ProviderId } from '../../regions/schema.ts';
import type { StaffId } from '../identity/contract.ts';
import { memberStore } from '../identity/member.store.ts';
import type { StaffCaller } from '../runtime/caller.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { Forbidden, NotFound } from '../runtime/errors.ts';
import { region } from '../runtime/region.ts';
import { provisioningEnvironments } from './contract.ts';

const environment = readEnvironment(provisioningEnvironments.api);
const staff = memberStore(environment.IDENTITY_TABLE, region);

/** @throws {Forbidden} `whole-region-only`: learners of all areas have accounts at a provider */
export async function mustServeRegion(caller: StaffCaller): Promise<StaffId> {
  const { staffId, scope } = await staff.memberOf(caller);
  if (scope.kind === 'region') return staffId;
  throw new Forbidden({
    code: 'whole-region-only',
    detail: 'Providers belong to staff of the whole region. Ask one of them.',
  });
}

/** @throws {NotFound} `no-such-provider` */
export function mustKnow(providerId: ProviderId): Provider {
  const provider = region.providers.find(({ id }) => id === providerId);
  if (provider !== undefined) return provider;
  const known = region.providers.map(({ id }) => id).join(', ');
  const detail = `There is no such provider. There are: ${known}.`;
  throw new NotFound({ code: 'no-such-provider', detail });
}
