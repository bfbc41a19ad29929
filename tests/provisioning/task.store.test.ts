import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AccountId, accountIdOf } from '../../functions/enrolment/contract.ts';
import { lotOf } from '../../functions/provisioning/account.store.ts';
import type { Account, Outcome } from '../../functions/provisioning/contract.ts';
import { openStore } from '../../functions/provisioning/open.store.ts';
import { judge } from '../../functions/provisioning/outcome.rules.ts';
import { openOf } from '../../functions/provisioning/rules.ts';
import { ending, provisioningStore } from '../../functions/provisioning/store.ts';
import { type KeptTask, taskOf, taskStore } from '../../functions/provisioning/task.store.ts';
import { transact } from '../../functions/runtime/dynamodb.ts';
import { LearnerId, newId } from '../../functions/runtime/ids.ts';
import { ProviderId } from '../../regions/schema.ts';
import { runs } from '../runs.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';

let cloud: Cloud;
beforeAll(async () => {
  cloud = await openCloud();
  await cloud.createTable('provisioning', ['accounts', 'accountLot', 'accountId']);
});
afterAll(() => cloud.close());

const month = '2026-03';
const accounts = provisioningStore('provisioning');
const tasks = taskStore('provisioning');
const { askAgain } = openStore('provisioning');

type Command =
  | { readonly kind: 'look' | 'done' | 'person' | 'accepted' | 'again' }
  | { readonly kind: 'begin'; readonly asked: 'create' | 'delete' }
  | { readonly kind: 'tell'; readonly outcome: Outcome['kind'] };
type Step = Command & { readonly who: number; readonly learner: number };

const anyCommand = fc.oneof<fc.Arbitrary<Command>[]>(
  fc.record({ kind: fc.constantFrom('look', 'done', 'person', 'accepted', 'again') }),
  fc.record({ kind: fc.constant('begin'), asked: fc.constantFrom('create', 'delete') }),
  fc.record({
    kind: fc.constant('tell'),
    outcome: fc.constantFrom<Outcome['kind']>('done', 'rejected', 'again'),
  }),
);
const look: Command = { kind: 'look' };
/** One at a time, by what was seen long ago; or with a look before, for commands in any order seldom come to a task. */
const stretch = fc.oneof<fc.Arbitrary<readonly Command[]>[]>(
  anyCommand.map((one) => [one]),
  anyCommand.map((one) => [look, one]),
  fc.constantFrom(
    [look, { kind: 'begin', asked: 'create' }, { kind: 'person' }],
    [look, { kind: 'again' }],
  ),
);
const steps: fc.Arbitrary<readonly Step[]> = fc
  .array(
    fc
      .tuple(stretch, fc.nat(1), fc.nat(1))
      .map(([all, who, learner]) => all.map((one) => ({ ...one, who, learner }))),
    { maxLength: 12 },
  )
  .map((all) => all.flat());

/** Two who write the accounts of two learners, each by what they saw last, which may be long over. */
class Desk {
  readonly providerId = ProviderId.parse(`hand-${newId(LearnerId, 'lrn').slice(-12)}`);
  readonly #learners = [newId(LearnerId, 'lrn'), newId(LearnerId, 'lrn')];
  readonly #seen = new Map<string, Account | undefined>();
  readonly #listed = new Map<number, readonly KeptTask[]>();
  #now = Temporal.Instant.from('2026-03-02T02:00:00Z');

  readonly #account = (learner: number) =>
    accounts.readAccount(this.#learners[learner] ?? newId(LearnerId, 'lrn'), this.providerId);

  async run(step: Step): Promise<void> {
    this.#now = this.#now.add({ seconds: 1 });
    const key = `${step.who} ${step.learner}`;
    const account = this.#seen.get(key);
    if (step.kind === 'look') {
      this.#seen.set(key, await this.#account(step.learner));
      this.#listed.set(step.who, await this.list());
    } else if (step.kind === 'begin') {
      const learnerId = this.#learners[step.learner] ?? newId(LearnerId, 'lrn');
      const whose = { learnerId, providerId: this.providerId };
      const begun = await accounts.begin(whose, step.asked, account, month);
      if (begun !== undefined) this.#seen.set(key, begun);
    } else if (step.kind === 'again') {
      for (const task of this.#listed.get(step.who) ?? []) await askAgain(task);
    } else if (account !== undefined) await this.#write(step, account);
  }

  async #write(step: Step, account: Account): Promise<unknown> {
    const { open, ...begun } = account;
    switch (step.kind) {
      case 'done':
        return accounts.end({ ...begun, state: 'present' }, month);
      case 'person':
        return accounts.end({ ...begun, open: openOf(byHand, this.#now) }, month);
      case 'accepted':
        return accounts.end({ ...begun, open: openOf({ kind: 'accepted' }, this.#now) }, month);
      case 'tell': {
        const word = {
          fence: account.fence,
          outcome: { kind: step.outcome },
          kind: 'manual',
        } as const;
        const judged = judge(account, word, this.#now);
        if (judged.kind !== 'change') return undefined;
        return transact(ending('provisioning', judged.next, account, month));
      }
      default:
        return undefined;
    }
  }

  list() {
    return tasks.listTasks(this.providerId, { limit: 100 });
  }

  /** What the accounts say that somebody has to see to, the longest waiting first. */
  async left(): Promise<readonly KeptTask[]> {
    const found = await Promise.all(this.#learners.map((_, learner) => this.#account(learner)));
    const open = found.flatMap((account) => taskOf(account) ?? []);
    return open.sort((one, other) => (one.since < other.since ? -1 : 1));
  }
}

const byHand = { kind: 'person', reason: 'by-hand' } as const;

it('whoever writes what, however old what they saw is: the list has the accounts that are left to a person', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const desk = new Desk();
      for (const step of all) {
        await desk.run(step);
        expect(await desk.list()).toEqual(await desk.left());
      }
    }),
    { numRuns: runs(15) },
  );
}, 30_000);

it('a step that needs nobody is one write of one row', async () => {
  const before = cloud.asked('TransactWriteItems');
  const whose = { learnerId: newId(LearnerId, 'lrn'), providerId: ProviderId.parse('mill') };
  const begun = await accounts.begin(whose, 'create', undefined, month);
  if (begun === undefined) throw new Error('it was not begun');
  expect(await accounts.end({ ...begun, state: 'present' }, month)).toBe(true);
  expect(cloud.asked('TransactWriteItems')).toBe(before);
});

it('each lot has as many accounts as any other', () => {
  const digits = [...'0123456789abcdefghjkmnpqrstvwxyz'];
  const id = accountIdOf(newId(LearnerId, 'lrn'), ProviderId.parse('mill')).slice(0, -1);
  const lots = digits.map((digit) => lotOf(AccountId.parse(`${id}${digit}`)));
  expect(Object.values(Object.groupBy(lots, (lot) => lot)).map((lot) => lot?.length)).toEqual(
    Array.from({ length: 8 }, () => 4),
  );
});
