import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { AccountId } from '../../functions/enrolment/contract.ts';
import type { Known, ProviderAdapter } from '../../functions/provisioning/adapter.ts';
import { CaseReason, type ProviderResult } from '../../functions/provisioning/contract.ts';

/** What an adapter may answer, and nothing else. */
const Result = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('done'), remoteId: z.string().min(1).optional() }),
  z.strictObject({ kind: z.literal('accepted') }),
  z.strictObject({
    kind: z.literal('rejected'),
    failure: z.enum(['provider-rejected', 'account-of-another']),
  }),
  z.strictObject({
    kind: z.literal('retry'),
    reason: z.string().regex(/^[a-z0-9-]+$/),
    afterSeconds: z.number().min(0).optional(),
  }),
  z.strictObject({ kind: z.literal('person'), reason: CaseReason }),
]);
const FoundResult = Result.refine(({ kind }) => kind !== 'rejected', 'nothing to reject');

/** Somebody who has no account yet. */
export interface Newcomer {
  readonly accountId: AccountId;
  readonly adapter: ProviderAdapter;
  /** The accounts by this id that there are; absent of a kind whose accounts are elsewhere. */
  readonly accounts?: () => Promise<readonly { readonly active: boolean }[]>;
}

export interface AdapterStation {
  newcomer(): Newcomer;
  /** Has the provider drop the next answer to whatever makes an account, after the work; absent of one that nobody asks. */
  readonly loseAnswer?: () => Promise<void>;
  /** The adapter, as it speaks to another address; milliseconds of patience. */
  readonly speakingTo?: (url: string, patience: number) => ProviderAdapter;
}

/** How a kind ends what it is asked for: by itself, or it is left to a person. */
export type Ends = 'done' | 'person';

const steps = ['create', 'suspend', 'resume', 'end'] as const;
type Step = (typeof steps)[number];

/** Asks as the worker does: each request has a fence of its own, and what the last answer told is known. */
export function asking({ accountId, adapter }: Pick<Newcomer, 'accountId' | 'adapter'>) {
  let fence = 0;
  let remoteId: string | undefined;
  return async (step: Step, mayExist = false): Promise<ProviderResult> => {
    fence += 1;
    const known: Known = { accountId, remoteId, fence };
    const result = await (step === 'create'
      ? adapter.create(known, mayExist)
      : adapter[step](known));
    (step === 'create' ? Result : FoundResult).parse(result);
    if (result.kind === 'done') remoteId = result.remoteId;
    return result;
  };
}

/**
 * What every adapter has to hold, whatever it speaks.
 *
 * @param ends - how it ends what it is asked for
 * @param has - what its station has
 */
export function behavesAsAdapter(
  kind: string,
  station: () => AdapterStation,
  ends: Ends,
  has: { readonly accounts: boolean; readonly provider: boolean },
): void {
  describe(`given an account by ${kind}`, () => {
    const expected = ends === 'done' ? { kind: 'done' } : { kind: 'person', reason: 'by-hand' };

    it('then each request ends in one of a closed set', async () => {
      const ask = asking(station().newcomer());
      for (const step of ['create', 'suspend', 'resume', 'end'] as const)
        expect(await ask(step), step).toMatchObject(expected);
    });

    it('edge case 22: then ending it twice, or what never was, is as good', async () => {
      const ask = asking(station().newcomer());
      expect(await ask('end')).toMatchObject(expected);
      await ask('create');
      for (let turn = 0; turn < 2; turn += 1) expect(await ask('end')).toMatchObject(expected);
    });

    if (has.accounts) describe('that can be counted', () => countsOne(station));
    if (has.provider) describe('that a provider holds', () => standsNonsense(station));
  });
}

function countsOne(station: () => AdapterStation): void {
  /** Somebody new, how to ask, and what is there of them. */
  const open = () => {
    const newcomer = station().newcomer();
    const { accounts } = newcomer;
    if (accounts === undefined) throw new Error('nobody can count these accounts');
    return { ask: asking(newcomer), accounts };
  };

  it.each([
    ['once known', false],
    ['after its answer was lost', true],
  ])('edge case 19: then creating it twice, the second time %s, is one', async (_how, mayExist) => {
    const { ask, accounts } = open();
    await ask('create');
    await ask('create', mayExist);
    expect(await accounts()).toEqual([{ active: true }]);
  });

  it('edge case 21: then it is the same one that is suspended and resumed', async () => {
    const { ask, accounts } = open();
    const made = await ask('create');
    for (const step of ['suspend', 'suspend', 'resume', 'resume'] as const) {
      expect(await ask(step), step).toEqual(made);
      expect(await accounts(), step).toHaveLength(1);
    }
    expect(await accounts()).toEqual([{ active: true }]);
  });

  it('then it is gone when it has ended, and can be made again', async () => {
    const { ask, accounts } = open();
    await ask('create');
    await ask('end');
    expect(await accounts()).toEqual([]);
    await ask('create');
    expect(await accounts()).toEqual([{ active: true }]);
  });
}

/** How a provider, or whatever stands before it, answers that makes no sense. */
const nonsense: Readonly<Record<string, RequestListener>> = {
  'an error of its own': (_, response) => response.writeHead(500).end('{"error":'),
  'a page': (_, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome</html>'),
  'nothing, with 200': (_, response) => response.writeHead(200).end(),
  'JSON of something else': (_, response) => response.writeHead(200).end('[{"state":"fine"}]'),
  'a redirection without end': (_, response) => response.writeHead(307, { location: '/' }).end(),
  'a redirection to a page': ({ url }, response) =>
    url === '/login'
      ? response.writeHead(200).end('<html>Sign in</html>')
      : response.writeHead(302, { location: '/login' }).end(),
  'half an answer': (_, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('{"state":"done"');
    setTimeout(() => response.destroy(), 5);
  },
  'no answer': () => undefined,
  'a closed door': ({ socket }) => socket.destroy(),
  'a time that is none': (_, response) =>
    response.writeHead(429, { 'retry-after': 'soon' }).end('{}'),
};

function standsNonsense(station: () => AdapterStation): void {
  let listener: RequestListener | undefined;
  let server: Server;
  let url: string;
  beforeAll(async () => {
    server = createServer((request, response) => listener?.(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    // A listening TCP server has an address with a port.
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it.each(Object.entries(nonsense))('then %s is never taken for an end', async (_what, answer) => {
    listener = answer;
    const adapter = station().speakingTo?.(url, 60);
    if (adapter === undefined) throw new Error('there is no other address to speak to');
    const { accountId } = station().newcomer();
    const results = await Promise.all(
      steps.map((step) => asking({ accountId, adapter })(step, true)),
    );
    expect(results.map(({ kind }) => kind)).toEqual(steps.map(() => 'retry'));
  });

  it('edge case 19: then after an answer that was lost it is one', async () => {
    const { accountId, adapter, accounts } = station().newcomer();
    const ask = asking({ accountId, adapter });
    await station().loseAnswer?.();
    expect(await ask('create')).toEqual({ kind: 'retry', reason: 'no-answer' });
    expect(await ask('create', true)).toMatchObject({ kind: 'done' });
    expect(await accounts?.()).toEqual([{ active: true }]);
  });
}
