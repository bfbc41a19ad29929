import { setTimeout as sleep } from 'node:timers/promises';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, describe, expect, it } from 'vitest';
import { accountsAt } from '../../bin/account.ts';
import { migrationsOf } from '../../bin/migrate.ts';
import { describeStack } from '../../bin/rollout/stack.ts';
import { enrolment } from '../../functions/enrolment/contract.ts';
import { identity } from '../../functions/identity/contract.ts';
import { granted, type Learner } from '../people.ts';
import { until } from '../until.ts';
import { KeptStart } from './kept-start.ts';

const region = new KeptStart();
let running: string;
afterAll(() => region.forget());

async function chosen(learner: Learner) {
  const input = { params: { place: 'subject' }, body: { providerId: 'ridge-line' } } as const;
  return granted(await learner.api(enrolment.routes.choose, input));
}

// What Ctrl-C does is in tests/bin/interrupt.test.ts; a start after SIGTERM, and after many kills, in tests/soak.
// The later steps look at, and end, what the first has started.
describe('npm start -- --data', { retry: 0 }, () => {
  it('killed a moment after a choice was accepted, the next start has what a learner wrote, and makes the account, once', async () => {
    const first = await region.start();
    const learner = await first.newApprovedLearner();
    const { name } = granted(await learner.api(identity.routes.readMe, {}));
    const { accountId } = await chosen(learner);
    await sleep(150);
    await region.end('SIGKILL');

    const { control, url, signIn } = await region.start();
    running = url;
    const api = await signIn(learner);
    expect(await api(identity.routes.readMe, {})).toMatchObject({
      body: { learnerId: learner.learnerId, name },
    });
    await until(async () => {
      await control.settle();
      // What was in flight at the kill stays hidden for its visibility time-out of six minutes.
      await control.advance(370);
      await control.settle();
      return granted(await api(enrolment.routes.listMine, {})).enrolments[0]?.state === 'active';
    }, 30);
    expect(await accountsAt(url, 'seoul', 'ridge-line', accountId)).toMatchObject([
      { externalId: accountId, active: true },
    ]);
  });

  it('brings what an earlier release may have kept to the shape of this one, without being asked', async () => {
    const here = {
      ...{ endpoint: `${running}/_aws`, region: 'local' },
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    };
    const stack = await describeStack(new CloudFormationClient(here), 'ladder-seoul');
    const lambda = new LambdaClient(here);
    await until(async () => {
      const reached = await migrationsOf(lambda, stack?.outputs ?? {});
      return reached.startsWith('all migrations of data are done; 0005');
    }, 60);
  });

  it('stopped by SIGTERM it ends with 0', async () => {
    expect(await region.end('SIGTERM')).toBe(0);
  });
});
