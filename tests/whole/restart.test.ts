import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountsAt } from '../../bin/account.ts';
import { enrolment } from '../../functions/enrolment/contract.ts';
import { identity } from '../../functions/identity/contract.ts';
import { granted, type Learner, type People, peopleOf } from '../people.ts';
import { until } from '../until.ts';

interface Started {
  readonly child: ChildProcess;
  readonly people: People;
}

const data = mkdtempSync(join(tmpdir(), 'ladder-restart-'));
let running: Started;

/** `npm start -- --data` as a process of its own; resolves when it says that it is ready. */
async function start(): Promise<Started> {
  const child = spawn(process.execPath, ['bin/ladder.mjs', 'start', '--port', '0', '--data', data]);
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      printed += String(text);
    });
  }
  const deadline = Date.now() + 60_000;
  while (!printed.includes('Ready')) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`no start:\n${printed}`);
    await sleep(20);
  }
  return { child, people: peopleOf(/API\s+(http\S+)/.exec(printed)?.[1] ?? '', '') };
}

async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL') {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  child.kill(signal);
  return closed;
}

beforeAll(async () => {
  running = await start();
});

afterAll(async () => {
  await end(running.child, 'SIGKILL');
  rmSync(data, { recursive: true, force: true });
});

async function chosen(learner: Learner) {
  const input = { params: { place: 'subject' }, body: { providerId: 'ridge-line' } } as const;
  return granted(await learner.api(enrolment.routes.choose, input));
}

describe('npm start -- --data', () => {
  // What Ctrl-C does is in tests/bin/interrupt.test.ts.
  it('path A: stopped by SIGTERM it ends with 0, and the next start has what a learner wrote', async () => {
    const learner = await running.people.newLearner({ name: '김하늘' });
    expect(await end(running.child, 'SIGTERM')).toBe(0);
    running = await start();
    const api = await running.people.signIn(learner);
    expect(await api(identity.routes.readMe, {})).toMatchObject({
      body: { learnerId: learner.learnerId, name: '김하늘' },
    });
  });

  it('path B: killed a moment after a choice was accepted, the next start makes the account, once', async () => {
    const learner = await running.people.newApprovedLearner();
    const { accountId } = await chosen(learner);
    await sleep(150);
    await end(running.child, 'SIGKILL');

    running = await start();
    const { control, url, signIn } = running.people;
    const api = await signIn(learner);
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
});
