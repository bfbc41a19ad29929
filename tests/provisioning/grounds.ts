import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { vi } from 'vitest';
import { StaffId } from '../../functions/identity/contract.ts';
import { staffStore } from '../../functions/identity/staff.store.ts';
import { Sub } from '../../functions/runtime/caller.ts';
import { newId } from '../../functions/runtime/ids.ts';
import type { RemainingTime } from '../../functions/runtime/job.ts';
import type { AreaId } from '../../regions/schema.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { type ApiHandler, loadHandlers } from '../runtime/handlers.ts';
import { openQueue, type Queue } from '../runtime/queues.ts';
import { staffClaims } from '../runtime/requests.ts';
import type { village } from '../runtime/village.ts';

/** The functions of provisioning. */
interface Bundled {
  readonly 'provisioning/api': ApiHandler;
  readonly 'provisioning/account.worker': (event: SQSEvent) => Promise<SQSBatchResponse>;
  readonly 'provisioning/sweep.job': (event: unknown, clock: RemainingTime) => Promise<void>;
}

/** What provisioning works on: its real functions, their tables, a provider's queue, and time in the test's hands. */
export interface Grounds {
  readonly cloud: Cloud;
  readonly queue: Queue;
  readonly bundled: Bundled;
  /** Before names of providers, in the addresses of their queues. */
  readonly queuePrefix: string;
  /** Lets time pass, for functions and queues. */
  wait(seconds: number): void;
  sweep(): Promise<void>;
  /** A coordinator of the whole region, or of an area. */
  coordinator(areaId?: AreaId): Promise<Coordinator>;
}

export interface Coordinator {
  readonly staffId: StaffId;
  readonly claims: Record<string, string>;
}

/**
 * Opens the grounds; whoever does closes the cloud, and lets time be real again.
 *
 * @param providerId - whose queue there is
 */
export async function openGrounds(
  region: ReturnType<typeof village>,
  providerId: string,
): Promise<Grounds> {
  vi.useFakeTimers({ toFake: ['Date'] });
  const cloud = await openCloud();
  await cloud.createTable('identity');
  await cloud.createTable('audit', ['staff', 'staffId', 'at']);
  await cloud.createTable('enrolment', ['pending', 'pendingLot', 'sweepDue']);
  await cloud.createTable('provisioning', ['accounts', 'accountLot', 'accountId']);
  const queue = await openQueue(cloud, `accounts-${providerId}`);
  const queuePrefix = queue.url.slice(0, -`${providerId}.fifo`.length);
  Object.assign(process.env, {
    IDENTITY_TABLE: 'identity',
    AUDIT_TABLE: 'audit',
    ENROLMENT_TABLE: 'enrolment',
    PROVISIONING_TABLE: 'provisioning',
    PROVIDERS_SECRET: 'providers',
    QUEUE_URL_PREFIX: queuePrefix,
  });
  const bundled = await loadHandlers<Bundled>(
    ['provisioning/api', 'provisioning/account.worker', 'provisioning/sweep.job'],
    { '#region': region },
  );
  const wait = (seconds: number) => {
    vi.setSystemTime(Date.now() + seconds * 1_000);
    cloud.clock.advance(0);
  };
  const sweep = () =>
    bundled['provisioning/sweep.job']({}, { getRemainingTimeInMillis: () => 60_000 });
  return { cloud, queue, bundled, queuePrefix, wait, sweep, coordinator: coordinators() };
}

/** Invites coordinators, each another one. */
function coordinators(): Grounds['coordinator'] {
  const store = staffStore('identity');
  let members = 0;
  return async (areaId) => {
    members += 1;
    const sub = Sub.parse(`coordinator-${members}`);
    const staffId = newId(StaffId, 'stf');
    const who = { role: 'coordinator', areaId } as const;
    const claim = { id: `administrator#${sub}`, fingerprint: '' };
    const staff = { staffId, ...who, state: 'inviting' } as const;
    await store.invite(staff, { ...who, email: `${sub}@village.example` }, claim);
    await store.recordInvited({ staff, repeats: 0 }, sub);
    return { staffId, claims: staffClaims(sub, 'coordinator') };
  };
}
