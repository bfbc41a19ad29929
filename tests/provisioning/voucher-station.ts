import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, vi } from 'vitest';
import { approvalStore } from '../../functions/enrolment/approval.store.ts';
import { accountIdOf, type Places } from '../../functions/enrolment/contract.ts';
import { choose, giveBack } from '../../functions/enrolment/rules.ts';
import { enrolmentStore } from '../../functions/enrolment/store.ts';
import { LearnerId, StaffId } from '../../functions/identity/contract.ts';
import { staffStore } from '../../functions/identity/staff.store.ts';
import { accountQueues } from '../../functions/provisioning/queues.adapter.ts';
import { voucherStore } from '../../functions/provisioning/voucher.store.ts';
import { Sub } from '../../functions/runtime/caller.ts';
import { newId } from '../../functions/runtime/ids.ts';
import type { RemainingTime } from '../../functions/runtime/job.ts';
import { AreaId, ProviderId } from '../../regions/schema.ts';
import { approval, wish } from '../enrolment/places.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { type ApiHandler, loadHandlers } from '../runtime/handlers.ts';
import { openQueue, type Queue } from '../runtime/queues.ts';
import { staffClaims } from '../runtime/requests.ts';
import { at, mill, village, well } from '../runtime/village.ts';

const redeem = 'https://mill.example/redeem';
const voucher = { redeem, lowWater: 2, afterUse: 'return' } as const;
const region = village({ providers: [{ ...mill, kind: 'voucher', voucher }, well] });
const summer = at('2025-07-01T12:00');
export const providerId = ProviderId.parse('mill');
const enrolments = enrolmentStore('enrolment');
const approvals = approvalStore({ enrolment: 'enrolment', notices: 'notices' }, region);
const vouchers = voucherStore('provisioning');

interface Bundled {
  readonly 'provisioning/api': ApiHandler;
  readonly 'provisioning/account.worker': (event: SQSEvent) => Promise<SQSBatchResponse>;
  readonly 'provisioning/sweep.job': (event: unknown, clock: RemainingTime) => Promise<void>;
}

/** The mill gives codes: from a learner's choice to the code, by the real functions, tables and queue. */
export interface VoucherStation {
  readonly cloud: Cloud;
  readonly api: ApiHandler;
  /** An approved learner who chooses the mill, and whose message is delivered. */
  newcomer(): Promise<LearnerId>;
  leave(learnerId: LearnerId): Promise<void>;
  /** Delivers what the queue has now. */
  deliver(): Promise<void>;
  /** Lets time pass, for the functions and for the queue. */
  wait(seconds: number): void;
  sweep(): Promise<void>;
  codeOf(learnerId: LearnerId): Promise<string | undefined>;
  stateOf(learnerId: LearnerId): Promise<string | undefined>;
  /** A coordinator of an area, or of the whole region. */
  coordinator(area?: string): Promise<{ readonly staffId: StaffId; readonly claims: Claims }>;
}
export type Claims = Record<string, string>;

/** Opens a station for one test file. */
export function voucherStation(): () => VoucherStation {
  let cloud: Cloud;
  let opened: VoucherStation;
  beforeAll(async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    cloud = await openCloud();
    await cloud.createTable('identity');
    await cloud.createTable('audit', ['staff', 'staffId', 'at']);
    await cloud.createTable('enrolment', ['pending', 'pendingLot', 'sweepDue']);
    await cloud.createTable('provisioning', ['accounts', 'accountLot', 'accountId']);
    const queue = await openQueue(cloud, 'accounts-mill');
    Object.assign(process.env, {
      IDENTITY_TABLE: 'identity',
      AUDIT_TABLE: 'audit',
      ENROLMENT_TABLE: 'enrolment',
      PROVISIONING_TABLE: 'provisioning',
      SECRET_PREFIX: 'provider-',
      QUEUE_URL_PREFIX: queue.url.slice(0, -'mill.fifo'.length),
    });
    const functions = await loadHandlers<Bundled>(
      ['provisioning/api', 'provisioning/account.worker', 'provisioning/sweep.job'],
      { '#region': region },
    );
    opened = open(cloud, queue, functions);
  });
  afterAll(async () => {
    await cloud.close();
    vi.useRealTimers();
  });
  return () => opened;
}

function open(cloud: Cloud, queue: Queue, functions: Bundled): VoucherStation {
  const queues = accountQueues(queue.url.slice(0, -'mill.fifo'.length));
  let members = 0;
  const deliver = async () => {
    await queue.deliver(functions['provisioning/account.worker'], await queue.receive());
  };
  const change = async (learnerId: LearnerId, decide: (seen: Places) => Places | undefined) => {
    const seen = await enrolments.readPlaces(learnerId);
    const next = decide(seen);
    if (next === undefined || (await enrolments.keepPlaces(next)) !== 'kept')
      throw new Error('the row does not change');
    await queues.send({ learnerId, providerId, version: next.version + 1 });
    await deliver();
  };
  return {
    cloud,
    api: functions['provisioning/api'],
    deliver,
    newcomer: async () => {
      const learnerId = newId(LearnerId, 'lrn');
      await approvals.recordApproval(learnerId, approval(), summer);
      await change(learnerId, (seen) => {
        const choice = choose(region, seen, wish('subject', 'mill'), summer);
        return choice.kind === 'chosen' ? choice.change.next : undefined;
      });
      return learnerId;
    },
    leave: (learnerId) =>
      change(learnerId, (seen) => giveBack(region, seen, 'subject', summer)?.next),
    wait: (seconds) => {
      vi.setSystemTime(Date.now() + seconds * 1_000);
      cloud.clock.advance(0);
    },
    sweep: () => functions['provisioning/sweep.job']({}, { getRemainingTimeInMillis: () => 6e4 }),
    codeOf: (learnerId) => vouchers.codeOf(accountIdOf(learnerId, providerId)),
    stateOf: async (learnerId) => (await enrolments.readPlaces(learnerId)).places.subject?.state,
    coordinator: async (area) => {
      members += 1;
      const sub = Sub.parse(`coordinator-${members}`);
      const areaId = area === undefined ? undefined : AreaId.parse(area);
      const staffId = newId(StaffId, 'stf');
      const input = { email: `${sub}@village.example`, role: 'coordinator', areaId } as const;
      const staff = { staffId, role: 'coordinator', areaId, state: 'inviting' } as const;
      const store = staffStore('identity');
      await store.invite(staff, input, { id: `administrator#${sub}`, fingerprint: '' });
      await store.recordInvited(staff, sub);
      return { staffId, claims: staffClaims(sub, 'coordinator') };
    },
  };
}
