import { afterAll, beforeAll, vi } from 'vitest';
import { approvalStore } from '../../functions/enrolment/approval.store.ts';
import { accountIdOf, type Places } from '../../functions/enrolment/contract.ts';
import { choose, giveBack } from '../../functions/enrolment/rules.ts';
import { enrolmentStore } from '../../functions/enrolment/store.ts';
import { LearnerId } from '../../functions/identity/contract.ts';
import { accountQueues } from '../../functions/provisioning/queues.adapter.ts';
import { voucherStore } from '../../functions/provisioning/voucher.store.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { AreaId, ProviderId } from '../../regions/schema.ts';
import { approval, wish } from '../enrolment/places.ts';
import type { Cloud } from '../runtime/cloud.ts';
import type { ApiHandler } from '../runtime/handlers.ts';
import { at, mill, village, well } from '../runtime/village.ts';
import { type Coordinator, type Grounds, openGrounds } from './grounds.ts';

const redeem = 'https://mill.example/redeem';
const voucher = { redeem, lowWater: 2, afterUse: 'return' } as const;
const region = village({ providers: [{ ...mill, kind: 'voucher', voucher }, well] });
const summer = at('2025-07-01T12:00');
export const providerId = ProviderId.parse('mill');
const enrolments = enrolmentStore('enrolment');
const approvals = approvalStore({ enrolment: 'enrolment', notices: 'notices' }, region);
const vouchers = voucherStore('provisioning');

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
  coordinator(area?: string): Promise<Coordinator>;
}
export type Claims = Coordinator['claims'];

/** Opens a station for one test file. */
export function voucherStation(): () => VoucherStation {
  let grounds: Grounds;
  let opened: VoucherStation;
  beforeAll(async () => {
    grounds = await openGrounds(region, providerId);
    opened = open(grounds);
  });
  afterAll(async () => {
    await grounds.cloud.close();
    vi.useRealTimers();
  });
  return () => opened;
}

function open({ cloud, queue, bundled, queuePrefix, ...grounds }: Grounds): VoucherStation {
  const queues = accountQueues(queuePrefix);
  const deliver = async () => {
    await queue.deliver(bundled['provisioning/account.worker'], await queue.receive());
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
    api: bundled['provisioning/api'],
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
    wait: grounds.wait,
    sweep: grounds.sweep,
    codeOf: (learnerId) => vouchers.codeOf(accountIdOf(learnerId, providerId)),
    stateOf: async (learnerId) => (await enrolments.readPlaces(learnerId)).places.subject?.state,
    coordinator: (area) => grounds.coordinator(area === undefined ? undefined : AreaId.parse(area)),
  };
}
