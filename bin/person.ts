import { randomInt } from 'node:crypto';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';

const Access = z.strictObject({ url: z.url(), key: z.string() });

export interface MadeUpPerson {
  readonly name: string;
  readonly birthDate: string;
}

/**
 * Somebody new whom the local region's welfare registry has on record: one person can be approved only once, so
 * each tour and each test needs one of their own.
 *
 * @param url - the local region; its Secrets Manager tells where the registry is
 * @param record.name - a made-up one where it is absent
 * @param record.groups - the registry's words for the groups that the person belongs to
 */
export async function recordPerson(
  url: string,
  regionId: string,
  record: {
    readonly name?: string;
    readonly birthDate: string;
    readonly groups: readonly string[];
  },
): Promise<MadeUpPerson> {
  const secrets = new SecretsManagerClient({
    endpoint: `${url}/_aws`,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const SecretId = `ladder/${regionId}/registry`;
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId }));
  const registry = Access.parse(JSON.parse(SecretString ?? ''));
  const person = { ...record, name: record.name ?? madeUpName() };
  const response = await fetch(new URL('/control/registry/people', registry.url), {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ people: [person] }),
  });
  if (!response.ok) throw new Error(`the registry answered ${response.status}`);
  return { name: person.name, birthDate: person.birthDate };
}

/** A name that hardly anyone else in the region has. */
export function madeUpName(): string {
  return `한${syllable()}${syllable()}${syllable()}`;
}

/** One of the 11,172 syllables of Hangul. */
const syllable = () => String.fromCodePoint(0xac00 + randomInt(11_172));
