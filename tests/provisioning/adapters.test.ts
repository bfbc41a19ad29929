import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { accountIdOf } from '../../functions/enrolment/contract.ts';
import { LearnerId } from '../../functions/identity/contract.ts';
import { ltiAdapter } from '../../functions/provisioning/lti.adapter.ts';
import { manualAdapter } from '../../functions/provisioning/manual.adapter.ts';
import { scimAdapter } from '../../functions/provisioning/scim.adapter.ts';
import { voucherAdapter } from '../../functions/provisioning/voucher.adapter.ts';
import { webhookAdapter } from '../../functions/provisioning/webhook.adapter.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { ProviderId, type ProviderKind, providerKinds } from '../../regions/schema.ts';
import { openWorld, type World } from '../../world/world.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { scimOf, webhookOf } from '../world/parties.ts';
import { type AdapterStation, behavesAsAdapter } from './adapter-contract.ts';
import { codesOf, newPool } from './vouchers.ts';

const key = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const Accounts = z.array(z.object({ externalId: z.string().optional(), active: z.boolean() }));

let world: World;
let cloud: Cloud;
let pool: ReturnType<typeof newPool>;
beforeAll(async () => {
  world = await openWorld({
    providers: [
      { id: 'mill', kind: 'scim', token: 'token-of-the-mill' },
      { id: 'bell', kind: 'webhook', key },
    ],
    registry: { key: 'key' },
  });
  cloud = await openCloud();
  await cloud.createTable('provisioning');
  pool = newPool();
  await pool.add(codesOf(50));
});
afterAll(async () => {
  await world.close();
  await cloud.close();
});

const newAccount = () => accountIdOf(newId(LearnerId, 'lrn'), ProviderId.parse('mill'));

/** What the world's control knows of the accounts of a provider. */
async function accountsOf(providerId: string, accountId: string) {
  const response = await fetch(`${world.url}/control/providers/${providerId}/accounts`);
  return Accounts.parse(await response.json())
    .filter(({ externalId }) => externalId === accountId)
    .map(({ active }) => ({ active }));
}

async function loseAnswer(providerId: string) {
  await fetch(`${world.url}/control/providers/${providerId}/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ kind: 'lose-answer', times: 1, methods: ['POST'] }),
  });
}

const scim = (): AdapterStation => ({
  newcomer: () => {
    const accountId = newAccount();
    const adapter = scimAdapter(scimOf(world, 'mill'));
    return { accountId, adapter, accounts: () => accountsOf('mill', accountId) };
  },
  loseAnswer: () => loseAnswer('mill'),
  speakingTo: (baseUrl, patience) => scimAdapter({ baseUrl, token: 'token' }, { patience }),
});

const webhook = (): AdapterStation => ({
  newcomer: () => {
    const accountId = newAccount();
    const adapter = webhookAdapter(webhookOf(world, 'bell'));
    return { accountId, adapter, accounts: () => accountsOf('bell', accountId) };
  },
  loseAnswer: () => loseAnswer('bell'),
  speakingTo: (url, patience) => webhookAdapter({ url, key }, { patience }),
});

const voucher = (afterUse: 'return' | 'void') => (): AdapterStation => ({
  newcomer: () => {
    const { accountId, take, leave, code } = pool.newcomer();
    const adapter = voucherAdapter({ give: take, takeBack: () => leave(afterUse) }, { afterUse });
    // Whoever has a code has an account.
    const accounts = async () => ((await code()) === undefined ? [] : [{ active: true }]);
    return { accountId, adapter, accounts };
  },
});

const counted = { accounts: true, provider: true } as const;
const stored = { accounts: true, provider: false } as const;
const elsewhere = { accounts: false, provider: false } as const;
const accountless = (adapter: () => ReturnType<typeof ltiAdapter>) => (): AdapterStation => ({
  newcomer: () => ({ accountId: newAccount(), adapter: adapter() }),
});

type Behaviour = Parameters<typeof behavesAsAdapter>;
const behaviours: Readonly<Record<ProviderKind, readonly Behaviour[]>> = {
  scim: [['SCIM', scim, 'done', counted]],
  webhook: [['signed webhooks', webhook, 'done', counted]],
  voucher: [
    ['vouchers that are returned', voucher('return'), 'done', stored],
    ['vouchers that are void after use', voucher('void'), 'done', stored],
  ],
  lti: [['LTI', accountless(ltiAdapter), 'done', elsewhere]],
  manual: [['hand', accountless(manualAdapter), 'person', elsewhere]],
};
for (const behaviour of Object.values(behaviours).flat()) behavesAsAdapter(...behaviour);

it.each(providerKinds)('a provider of kind %s has a station here', (kind) => {
  expect(behaviours[kind]).not.toEqual([]);
});
