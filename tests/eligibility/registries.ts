import { vi } from 'vitest';
import { askRegistry } from '../../functions/eligibility/registry.adapter.ts';
import { Profile } from '../../functions/identity/contract.ts';

/** The key of the examples of Standard Webhooks. */
export const key = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

export const later = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);

export const person = (name: string, birthDate: string) =>
  Profile.parse({
    learnerId: 'lrn_00000000000000000000000000',
    name,
    birthDate,
    stage: 'high',
    areaId: 'river',
    language: 'ko',
  });
export const known = person('한가온', '2009-03-14');
export const ask = (profile = known, secret = 'registry') => askRegistry(secret, profile);
