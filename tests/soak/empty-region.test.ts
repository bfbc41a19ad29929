import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { synthesizeOnce } from '../../bin/assembly-cache.ts';
import { type EmptyRegion, openEmptyRegion } from '../../bin/local-region.ts';
import { identity } from '../../functions/identity/contract.ts';
import { apiClient } from '../../functions/runtime/client.ts';
import { loadRegion } from '../../regions/load.ts';
import { acceptInvitation } from '../invitation.ts';
import { granted, type Learner, type People, peopleOf } from '../people.ts';
import { changeAssembly, type Deployed, deployAssembly } from './toolkit-deployment.ts';

const file = 'regions/taebaek.yaml';
const region = loadRegion(file);
const { awsRegion, firstAdministrator } = region.deployment;
const root = mkdtempSync(join(tmpdir(), 'ladder-empty-'));

const open = () =>
  openEmptyRegion({ region, port: 0, data: join(root, 'data'), progress: () => {} });

let running: EmptyRegion;
let assembly: Awaited<ReturnType<typeof synthesizeOnce>>;
let first: Deployed;
let people: People;
let learner: Learner;

const deploy = (directory: string) => deployAssembly(directory, running.endpoint, awsRegion);

/** Whom the region that runs now knows by the token that was given out before. */
async function known() {
  const api = apiClient(running.url, learner.token);
  return granted(await api(identity.routes.readMe, {})).learnerId;
}

beforeAll(async () => {
  [running, assembly] = await Promise.all([open(), synthesizeOnce(file)]);
  first = await deploy(assembly.directory);
  const token = await acceptInvitation(running.url, firstAdministrator);
  people = peopleOf(running.url, token);
  learner = await people.newApprovedLearner({ areaId: 'taebaek' });
}, 90_000);
afterAll(async () => {
  await running.stop();
  assembly.free();
  rmSync(root, { recursive: true, force: true });
});

describe('an empty local region, when the toolkit of the CDK deploys a region into it', () => {
  it('then the toolkit is told of every resource, and the outputs lead here', () => {
    const complete = first.activities.filter((one) => one.endsWith(' CREATE_COMPLETE'));
    expect(complete.length).toBeGreaterThan(200);
    expect(first.outputs['ApiUrl']).toBe(running.url);
    expect(first.noOp).toBe(false);
  });

  it('then it serves learners, whom its neighbours know', async () => {
    expect(await known()).toBe(learner.learnerId);
  });

  it('then deploying the same again changes nothing', async () => {
    const again = await deploy(assembly.directory);
    expect(again).toEqual({ outputs: first.outputs, activities: [], noOp: true });
  });

  it('then a changed template is deployed over the data: nothing else is touched, and learners are there', async () => {
    const changed = join(root, 'changed');
    const stage = changeAssembly(
      assembly.directory,
      changed,
      'AWS::ApiGatewayV2::Stage',
      (properties) => ({ ...properties, Description: 'another' }),
    );
    const { activities, noOp } = await deploy(changed);
    expect(noOp).toBe(false);
    expect(activities.filter((one) => !one.startsWith('ladder-taebaek '))).toEqual([
      `${stage} UPDATE_IN_PROGRESS`,
      `${stage} UPDATE_COMPLETE`,
    ]);
    expect(await known()).toBe(learner.learnerId);
    const api = await people.signIn(learner);
    expect(granted(await api(identity.routes.readMe, {})).learnerId).toBe(learner.learnerId);
    // What works in the background works again: an approval comes over the streams and queues.
    await people.newApprovedLearner({ areaId: 'taebaek' });
  });

  it('then what cannot be updated goes back to what ran before', async () => {
    const broken = join(root, 'broken');
    changeAssembly(assembly.directory, broken, 'AWS::ApiGatewayV2::Stage', (properties) => ({
      ...properties,
      Description: 'never seen',
      ApiId: 'an-api-that-is-not-there',
    }));
    await expect(deploy(broken)).rejects.toThrow('an-api-that-is-not-there');
    expect(await known()).toBe(learner.learnerId);
  });

  it('then it runs again after a restart, without an assembly', async () => {
    await running.stop();
    running = await open();
    const { email, password } = learner;
    const api = await peopleOf(running.url, '').signIn({ email, password });
    expect(granted(await api(identity.routes.readMe, {})).learnerId).toBe(learner.learnerId);
  });
});
