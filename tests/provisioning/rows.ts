import type { Places } from '../../functions/enrolment/contract.ts';
import type { Account } from '../../functions/provisioning/contract.ts';
import { ProviderId } from '../../regions/schema.ts';
import { approval, approved, place } from '../enrolment/places.ts';

export const mill = ProviderId.parse('mill');
export const pending = place('mill', { state: 'pending' });
export const active = place('mill');
export const failed = place('mill', { state: 'failed', failure: 'provider-rejected' });
export const long = '2025-06-30T00:00:00.000Z';

/** A learner's row with these places and endings. */
export const row = (places: object, endings: object = {}, otherwise: object = {}): Places =>
  approved({ places, endings, ...otherwise });

export const account = (state: Account['state']): Account => ({
  learnerId: row({}).learnerId,
  providerId: mill,
  state,
  fence: 3,
});

export const suspended = { approval: approval({ state: 'suspended' }) };
