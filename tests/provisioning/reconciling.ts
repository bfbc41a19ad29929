import { wantedOf } from '../../functions/enrolment/place.rules.ts';
import type { LearnerId } from '../../functions/identity/contract.ts';
import {
  type Listed,
  ReconciliationId,
  type Run,
} from '../../functions/provisioning/reconciliation.contract.ts';
import { newRun } from '../../functions/provisioning/reconciliation.rules.ts';
import { reconciliationStore } from '../../functions/provisioning/reconciliation.store.ts';
import { now } from '../../functions/runtime/clock.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { ProviderId } from '../../regions/schema.ts';
import type { Provider } from './provider.ts';
import { makeTables, type Station } from './station.ts';

export const millId = ProviderId.parse('mill');
export const runs = reconciliationStore('provisioning');

/** How a learner's account stands with us. */
export const standings = ['active', 'suspended', 'given back'] as const;
/** What becomes of accounts behind our back; of those that make no sense for a standing nothing does. */
export const mishaps = [
  'nothing',
  'gone',
  'made anew',
  'other way round',
  'message lost',
  'twice',
] as const;
type Standing = (typeof standings)[number];
type Mishap = (typeof mishaps)[number];

/** A learner whose account is as it should be, and then is not. */
export interface Fate {
  readonly standing: Standing;
  readonly mishap: Mishap;
}

/** The orphans of a run, page by page. */
export async function orphansOf(reconciliationId: ReconciliationId): Promise<readonly string[]> {
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await runs.listOrphans(reconciliationId, 70, cursor);
    if (page.orphans.length > 70) throw new Error('more are told than were asked for');
    found.push(...page.orphans.map(({ remoteId }) => remoteId));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found.sort();
}

/** A provider that is compared with us. */
export function reconciling(at: () => Station, mill: () => Provider) {
  /** The account that each learner was left with: what they did there is in it, so it has to be the same afterwards. */
  const left = new Map<LearnerId, string | undefined>();
  const ourAccounts = async (learnerId: LearnerId) =>
    (await mill().accounts()).filter(
      ({ externalId }) => externalId === at().accountIdOf(learnerId),
    );

  async function befall(learnerId: LearnerId, { standing, mishap }: Fate): Promise<void> {
    const [account] = await ourAccounts(learnerId);
    const name = at().accountIdOf(learnerId);
    const make = (active: boolean, userName: string = name) =>
      mill().create({ userName, externalId: name, active });
    switch (mishap) {
      case 'nothing':
        return;
      case 'gone':
        if (account) await mill().remove(account.id);
        return;
      case 'made anew':
        if (account) await mill().remove(account.id);
        await make(standing !== 'suspended');
        return;
      case 'other way round':
        if (account) await activate(mill(), account.id, !account.active);
        else await make(true);
        return;
      case 'message lost':
        await (standing === 'given back'
          ? at().choose(learnerId, 'subject')
          : at().giveBack(learnerId, 'subject'));
        return;
      case 'twice':
        if (account === undefined) await make(true);
        await make(true, `second-${name}`);
    }
  }

  /** Learners whose accounts are as they should be, then are not. */
  async function live(fates: readonly Fate[]): Promise<readonly LearnerId[]> {
    const people = await Promise.all(
      fates.map(async (fate) => ({ ...fate, learnerId: await at().enter() })),
    );
    await Promise.all(people.map(({ learnerId }) => at().choose(learnerId, 'subject')));
    await at().deliverAll();
    await Promise.all(people.map(({ learnerId, standing }) => change(learnerId, standing)));
    await at().deliverAll();
    await Promise.all(people.map(({ learnerId, ...fate }) => befall(learnerId, fate)));
    for (const { learnerId } of people) left.set(learnerId, (await ourAccounts(learnerId))[0]?.id);
    // And what the sweep sent for them, which looks again hours later.
    await loseMessages();
    at().wait(1_000);
    await at().sweep();
    await loseMessages();
    return people.map(({ learnerId }) => learnerId);
  }

  async function change(learnerId: LearnerId, standing: Standing): Promise<void> {
    if (standing === 'suspended')
      await at().approve(learnerId, 'suspended', '2025-07-02T00:00:00.000Z');
    if (standing === 'given back') await at().giveBack(learnerId, 'subject');
  }

  /** Tables with nobody in them, at a noon, so that no night begins on its own. */
  async function beginAnew(): Promise<void> {
    const { cloud } = at();
    cloud.disturb(undefined);
    for (const TableName of ['enrolment', 'provisioning'])
      await cloud.ask('DeleteTable', { TableName });
    await makeTables(cloud);
    await loseMessages();
    const here = now().toZonedDateTimeISO('Asia/Seoul');
    const noon = here.add({ days: 1 }).startOfDay().add({ hours: 12 });
    at().wait(Math.round(noon.since(here).total('seconds')));
  }

  /** Takes all messages off the queue without doing anything: they were kept for too long. */
  async function loseMessages(): Promise<void> {
    for (;;) {
      const records = await at().queue.receive();
      if (records.length === 0) return;
      await at().queue.deliver(async () => ({ batchItemFailures: [] }), records);
    }
  }

  /** Begins a run as an operator does, an hour after whatever was done. */
  async function begin(): Promise<Run> {
    at().wait(3_700);
    const last = await runs.read(millId);
    const reconciliationId = newId(ReconciliationId, 'rcn');
    const asked = { reconciliationId, askedBy: 'staff' } as const;
    const run = newRun({ id: millId, kind: 'scim' }, asked, last, now());
    if ((await runs.keep(run)) === undefined) throw new Error('another run was begun');
    return run;
  }

  /** How far the run is. */
  async function standing(): Promise<Run> {
    const run = await runs.read(millId);
    if (run === undefined) throw new Error('there is no run');
    return run;
  }

  /** What the sweep and the worker make of what a run has left. */
  async function comeToRest(): Promise<void> {
    await at().sweep();
    await at().deliverAll();
  }

  /** Compares from beginning to end. */
  async function reconcile(): Promise<Run> {
    await begin();
    await at().reconcile();
    const run = await standing();
    await comeToRest();
    return run;
  }

  /** Begins a run of a provider that has listed this, and nothing else. */
  async function beginWith(accounts: readonly Listed[]): Promise<void> {
    const run = { ...(await begin()), version: 1, phase: 'comparing' } as const;
    await runs.keepPage(run, '', accounts, 4e9);
    await runs.keep(run);
  }

  /** Learners whose accounts at the provider are not those that their places want, or not the ones that they had. */
  async function wrong(learners: readonly LearnerId[]): Promise<readonly object[]> {
    const found: object[] = [];
    for (const learnerId of learners) {
      const wanted = wantedOf(await at().row(learnerId), millId);
      const theirs = await ourAccounts(learnerId);
      const active = theirs.map((account) => account.active).join();
      const before = left.get(learnerId);
      const suspended = before === undefined ? '' : 'false';
      const same = before === undefined || theirs.every(({ id }) => id === before);
      if (active !== { active: 'true', suspended, none: '' }[wanted] || !same)
        found.push({ wanted, active, same });
    }
    return found;
  }

  return {
    beginAnew,
    live,
    begin,
    beginWith,
    standing,
    reconcile,
    comeToRest,
    loseMessages,
    ourAccounts,
    wrong,
  };
}

/** Changes an account as its provider's staff would. */
export async function activate({ secret }: Provider, id: string, active: boolean): Promise<void> {
  const response = await fetch(`${secret.baseUrl}/Users/${id}`, {
    method: 'PATCH',
    headers: {
      'content-type': 'application/scim+json',
      authorization: `Bearer ${secret.token}`,
    },
    body: JSON.stringify({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', path: 'active', value: active }],
    }),
  });
  if (!response.ok) throw new Error(`the mill answers ${response.status}`);
}
