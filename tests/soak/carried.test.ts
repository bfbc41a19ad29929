import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enrolment } from '../../functions/enrolment/contract.ts';
import { done } from '../bin/told.ts';
import { granted, type Learner } from '../people.ts';
import { until } from '../until.ts';
import { harbourOf } from '../upgrade/harbour.ts';
import { readsEarlierAnswers } from '../upgrade/lenience.ts';

type Harbour = Awaited<ReturnType<typeof harbourOf>>;

const opened = { baseUrl: expect.stringMatching(/^http:/), token: expect.any(String) };
const placed = async ({ api }: Learner) =>
  granted(await api(enrolment.routes.listMine, {})).enrolments[0]?.state;

let harbour: Harbour;
let learner: Learner;
beforeAll(async () => {
  const ended = readsEarlierAnswers();
  harbour = await harbourOf('0.1.0');
  learner = await harbour.people.newApprovedLearner(
    { areaId: 'uptown', language: 'en' },
    'resident',
  );
  ended();
}, 120_000);
afterAll(() => harbour?.stop());

// Each step goes on where the one before it ended.
describe('a region of release 0.1.0 whose upgrade ends between deployment and seeding', {
  retry: 0,
}, () => {
  it('has what opens its providers in a secret of no stack, and nowhere else', async () => {
    const { control } = harbour.people;
    const body = { __type: 'AccessDeniedException', message: 'not authorized' };
    const effect = { kind: 'error', status: 400, body } as const;
    await control.addFault({ target: 'secretsmanager', operation: 'PutSecretValue', effect });
    const { code, lines } = await harbour.ladder('upgrade');
    await control.clearFaults();
    expect(code).toBe(1);
    expect(done(lines, 'deploy')).toMatchObject({ changed: true });
    expect(done(lines, 'seed')).toBeUndefined();
    expect(await harbour.secretAt('providers-carried')).toEqual({ ferry: opened, pilot: opened });
    expect(await harbour.secretAt('providers')).not.toHaveProperty('ferry');
    expect(await harbour.secretAt('providers/ferry')).toBeUndefined();
  });

  it('lets learners choose meanwhile: their accounts wait', async () => {
    const body = { providerId: 'ferry' } as const;
    granted(await learner.api(enrolment.routes.choose, { params: { place: 'subject' }, body }));
    const { control } = harbour.people;
    await until(async () =>
      (await control.logs()).some(({ text }) => text.includes('"code":"unusable-secret"')),
    );
    expect(await placed(learner)).toBe('pending');
  });

  it('is brought to its end by the next rollout, and makes the accounts that waited', async () => {
    const { code, lines, stderr } = await harbour.ladder('rollout');
    expect(code, stderr).toBe(0);
    expect(done(lines, 'deploy')).toMatchObject({ changed: false });
    expect(done(lines, 'seed')).toMatchObject({ carried: 2, missing: ['ladder/harbour/meetings'] });
    expect(await harbour.secretAt('providers')).toMatchObject({ ferry: opened, pilot: opened });
    expect(await harbour.secretAt('providers-carried')).toBeUndefined();
    const { control } = harbour.people;
    await until(async () => {
      await control.advance(60);
      await control.settle();
      return (await placed(learner)) === 'active';
    });
  });
});
