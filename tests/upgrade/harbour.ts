import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';
import { openNeighbours } from '../../bin/neighbours.ts';
import { prepareRegion } from '../../local/region.ts';
import { loadRegion } from '../../regions/load.ts';
import { run } from '../bin/ladder.ts';
import { told } from '../bin/told.ts';
import { acceptInvitation } from '../invitation.ts';
import { neighboursAt } from '../neighbours.ts';
import { peopleOf } from '../people.ts';
import { unpackRelease } from './release.ts';

const Entries = z.record(z.string(), z.looseObject({}));
/** The secret of providers of today. */
const ofProviders = 'ladder/harbour/providers';

/**
 * Secrets of today as release 0.1.0 has them: one for each provider, and it takes none that says how learners are launched.
 */
function asKnownTo010({ [ofProviders]: all = '{}', ...others }: Readonly<Record<string, string>>) {
  const each = Object.entries(Entries.parse(JSON.parse(all))).map(([id, { launch, ...known }]) => [
    `${ofProviders}/${id}`,
    JSON.stringify(known),
  ]);
  return { ...others, ...Object.fromEntries(each) };
}

/** The region whose releases are kept. */
export const harbourFile = 'tests/upgrade/harbour.yaml';

/**
 * The harbour as a kept release serves it, with the data, the address and the neighbours that the next one will find.
 *
 * @param release - such as `0.1.0`
 */
export async function harbourOf(release: string) {
  const region = loadRegion(harbourFile);
  const directory = mkdtempSync(join(tmpdir(), 'ladder-upgrade-'));
  const before = join(directory, 'release');
  const cache = join(directory, 'cache');
  unpackRelease(readFileSync(`tests/upgrade/release-${release}.tar.zst`), before);
  const prepared = await prepareRegion({
    port: 0,
    region: region.deployment.awsRegion,
    data: join(directory, 'data'),
  });
  const { world, secrets } = await openNeighbours(
    region,
    undefined,
    () => prepared.now(),
    prepared.url,
  );
  const identities = ['harbour.example'];
  const known = asKnownTo010(secrets);
  const running = await prepared.deploy({ assembly: before, secrets: known, identities });
  const { url } = running;
  const token = await acceptInvitation(url, region.deployment.firstAdministrator);

  /** Runs this release's `ladder` as somebody would type it, for pipelines; an emulated account is a trial. */
  async function ladder(command: 'upgrade' | 'rollout') {
    const argv = [command, harbourFile, '--endpoint', `${url}/_aws`, '--trial', '--yes', '--json'];
    const credentials = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
    const { code, stdout, stderr } = await run(argv, { ...credentials, LADDER_CACHE: cache }).ended;
    return { code, stderr, lines: told(stdout) };
  }

  /** Names of the assemblies that were kept for whoever rolls the same out again. */
  const keptAssemblies = () => readdirSync(cache).filter((name) => /^[0-9a-f]+$/.test(name));

  const account = {
    endpoint: `${url}/_aws`,
    region: region.deployment.awsRegion,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };

  /** What a secret of the region holds; undefined: there is none of that name. */
  async function secretAt(name: string): Promise<unknown> {
    const client = new SecretsManagerClient(account);
    try {
      const SecretId = `ladder/${region.id}/${name}`;
      const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId }));
      return JSON.parse(SecretString);
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  }

  /** The template that is deployed. */
  async function template(): Promise<string> {
    const client = new CloudFormationClient(account);
    const asked = { StackName: `ladder-${region.id}` };
    return (await client.send(new GetTemplateCommand(asked))).TemplateBody ?? '';
  }

  return {
    people: peopleOf(url, token),
    world: neighboursAt(world.url),
    before,
    ladder,
    template,
    secretAt,
    keptAssemblies,
    stop: async () => {
      await running.stop();
      await world.close();
      rmSync(directory, { recursive: true });
    },
  };
}
