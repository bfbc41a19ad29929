import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { enrolment } from '../../functions/enrolment/contract.ts';
import { provisioning } from '../../functions/provisioning/contract.ts';
import { ControlClient } from '../../local/control/client.ts';
import { ProviderId } from '../../regions/schema.ts';
import { granted } from '../people.ts';
import { until } from '../until.ts';
import { people } from './people.ts';

const { listProviderStatus, listFailures, pauseProvider, redrive, resumeProvider } =
  provisioning.routes;
const { api } = people.administrator;
const control = new ControlClient(people.url);
/** Of which no other test of the region chooses anything. */
const params = { providerId: ProviderId.parse('code-yard') };

async function status() {
  const { providers } = granted(await api(listProviderStatus, {}));
  const found = providers.find(({ providerId }) => providerId === params.providerId);
  if (found === undefined) throw new Error('the region does not tell of its provider');
  return found;
}

/** As the clock does each minute. */
async function sweep() {
  const schedules = await control.schedules();
  const { name = '' } = schedules.find((one) => one.name.includes('ProvisioningSweep')) ?? {};
  expect(await control.fire(name)).toMatchObject({ ok: true });
}

afterAll(() => api(resumeProvider, { params }));

describe('a provider that an operator pauses', () => {
  it('is asked nothing, and whoever chose it meanwhile has an account soon after it is resumed', async () => {
    expect((await status()).breaker).toEqual({ state: 'asks', failures: 0 });
    expect(granted(await api(pauseProvider, { params })).state).toBe('paused');
    const learner = await people.newApprovedLearner();
    const place = { place: 'subject' } as const;
    granted(await learner.api(enrolment.routes.choose, { params: place, body: params }));
    const stateOf = async () =>
      granted(await learner.api(enrolment.routes.listMine, {})).enrolments[0]?.state;
    await control.settle();
    expect(await stateOf()).toBe('pending');
    expect(await status()).toMatchObject({ depth: 0, breaker: { state: 'paused' } });
    expect(granted(await api(resumeProvider, { params })).state).toBe('asks');
    await sweep();
    await until(async () => (await stateOf()) === 'active');
    expect(await status()).toMatchObject({ successRate: 1, deadLetters: 0, tasks: 0 });
  });

  it('has its dead letters shown and redriven, where there are none as well', async () => {
    expect(granted(await api(listFailures, { params }))).toEqual({
      deadLetters: 0,
      unreadable: 0,
      failures: [],
    });
    expect(granted(await api(redrive, { params }))).toEqual({ moved: 0 });
  });

  it('is told of at the shell as by the route', async () => {
    const route = await status();
    const words = ['ops', 'status', 'regions/seoul.yaml', params.providerId, '--json'];
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['bin/ladder.mjs', ...words, '--endpoint', `${people.url}/_aws`],
      { env: { ...process.env, AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' } },
    );
    // Each looks at a moment of its own.
    const moment = { oldestSeconds: undefined, waiting: undefined };
    expect({ ...JSON.parse(stdout), ...moment }).toEqual({ ...route, ...moment });
  });

  it('is no business of staff who serve a part of the region', async () => {
    const { api: partner } = await people.newStaff('coordinator', undefined, 'gimpo');
    for (const answer of [
      await partner(listProviderStatus, {}),
      await partner(pauseProvider, { params }),
      await partner(redrive, { params }),
    ])
      expect(answer).toMatchObject({ ok: false, problem: { code: 'whole-region-only' } });
    expect((await status()).breaker.state).toBe('asks');
  });
});
