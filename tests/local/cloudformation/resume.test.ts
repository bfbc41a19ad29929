import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { Executions } from '../../../local/cloudformation/execution.ts';
import type { StackRecord, StackStatus } from '../../../local/cloudformation/records.ts';
import { StackTable } from '../../../local/cloudformation/stack-table.ts';

const resource = (logicalId: string) => ({
  ...{ logicalId, physicalId: `small-${logicalId}`, type: 'AWS::SQS::Queue' },
  ...{ status: 'CREATE_COMPLETE', at: 1 },
});
const template = JSON.stringify({
  Resources: {
    Jobs: { Type: 'AWS::SQS::Queue' },
    Kept: { Type: 'AWS::SQS::Queue', DeletionPolicy: 'Retain' },
  },
});

/** What a local region does that starts on a stack as its process left it. */
async function resumed(status: StackStatus) {
  const table = new StackTable(new DatabaseSync(':memory:'));
  const stack: StackRecord = {
    ...{ id: 'arn:small', name: 'small', status, createdAt: 1, isProtected: false, template },
    ...{ parameters: {}, tags: [], outputs: { At: 'the port of before' }, fromAssembly: false },
    resources: [resource('Jobs'), resource('Kept')],
  };
  table.saveStack(stack);
  const did: string[] = [];
  const runner = {
    plan: () => expect.unreachable('nothing is planned'),
    run: async () => {
      did.push('runs');
      return { outputs: { At: 'the port of now' }, resources: new Map() };
    },
    clear: async () => void did.push('stops'),
    leave: async (_type: string, physicalId: string, isRetained: boolean) =>
      void did.push(`${isRetained ? 'keeps' : 'deletes'} ${physicalId}`),
  };
  await new Executions(table, runner, () => 2).resume(stack);
  const [now] = table.stacks();
  return { did, status: now?.status, reason: now?.reason, outputs: now?.outputs, now };
}

const interrupted = 'the local region ended in the middle of it';
const newPort = { At: 'the port of now' };

describe('a local region that ended while its stack was', () => {
  it.each(['CREATE_IN_PROGRESS', 'ROLLBACK_IN_PROGRESS'] as const)(
    'in %s: nothing runs, and the stack is one that was rolled back',
    async (status) => {
      const { now, ...rest } = await resumed(status);
      expect(rest).toMatchObject({
        ...{ did: ['stops'], status: 'ROLLBACK_COMPLETE', reason: interrupted },
      });
      expect(now?.resources).toEqual([]);
    },
  );

  it('in DELETE_IN_PROGRESS: it is deleted to the end, what is retained stays', async () => {
    const { did, status, outputs, now } = await resumed('DELETE_IN_PROGRESS');
    expect(did).toEqual(['stops', 'keeps small-Kept', 'deletes small-Jobs']);
    expect({ status, outputs }).toEqual({ status: 'DELETE_COMPLETE', outputs: {} });
    expect(now?.deletedAt).toBe(2);
    expect(now?.resources.map((one) => `${one.logicalId} ${one.status}`)).toEqual([
      ...['Kept DELETE_SKIPPED', 'Jobs DELETE_COMPLETE'],
    ]);
  });

  it.each([
    ['UPDATE_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE'],
    ['UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE'],
    ['UPDATE_ROLLBACK_FAILED', 'UPDATE_ROLLBACK_COMPLETE'],
    ['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'UPDATE_COMPLETE'],
  ] as const)('in %s: it runs what it was before, or became, in %s', async (status, then) => {
    const { did, outputs, reason, ...rest } = await resumed(status);
    expect({ did, outputs, reason }).toEqual({
      ...{ did: ['runs'], outputs: newPort, reason: interrupted },
    });
    expect(rest.status).toBe(then);
  });

  it.each(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'] as const)(
    'in %s: it runs, at its new address, and is as it was',
    async (status) => {
      const { did, outputs, status: now, reason } = await resumed(status);
      expect({ did, outputs, now, reason }).toEqual({
        ...{ did: ['runs'], outputs: newPort, now: status, reason: undefined },
      });
    },
  );

  it.each(['REVIEW_IN_PROGRESS', 'ROLLBACK_COMPLETE', 'DELETE_COMPLETE', 'DELETE_FAILED'] as const)(
    'in %s: nothing runs, and it stays so',
    async (status) => {
      const { did, status: now } = await resumed(status);
      expect({ did, now }).toEqual({ did: ['stops'], now: status });
    },
  );
});
