import { epochSeconds, now } from '../runtime/clock.ts';
import { signNew } from '../runtime/message-signature.ts';
import { atOnce, type Known, type ProviderAdapter, type Turn } from './adapter.ts';
import type { FoundResult, MadeResult, WebhookSecret } from './contract.ts';
import { type Reply, replyTo, retryOf } from './reply.adapter.ts';
import { type AccountWanted, NameTaken, WantedRefusal, WantedReply } from './webhook.contract.ts';

type Wanted = AccountWanted['data']['wanted'];
/** There is an account, or nobody has said. */
type Said = Exclude<MadeResult, { readonly kind: 'rejected' }>;

export interface WebhookOptions {
  readonly turn?: Turn;
  /** Milliseconds that the provider has for each answer. */
  readonly patience?: number;
}

/**
 * Accounts by signed messages (Standard Webhooks): each says how the account is to be, not what to do, and which of two
 * is the newer, so that sending one twice, or two in the wrong order, does no harm (docs/add-a-provider.md).
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function webhookAdapter(
  { url, key }: WebhookSecret,
  { turn = atOnce, patience = 5_000 }: WebhookOptions = {},
): ProviderAdapter {
  // Signed when it is its turn: a receiver takes no message that is minutes old.
  const send = (known: Known, wanted: Wanted) => turn(() => sendNow(known, wanted));

  async function sendNow({ accountId, fence }: Known, wanted: Wanted): Promise<Reply> {
    const moment = now();
    const message: AccountWanted = {
      type: 'account.wanted',
      timestamp: moment.toString(),
      data: { accountId, fence, wanted },
    };
    const body = JSON.stringify(message);
    const { headers } = signNew(key, body, epochSeconds(moment), `msg_${accountId}_${fence}`);
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
      body,
      // What is signed is for this address: elsewhere nobody can say what was done.
      redirect: 'manual',
    } as const;
    return replyTo(url, init, patience);
  }

  async function create(known: Known): Promise<MadeResult> {
    const reply = await send(known, 'active');
    return isFinal(reply)
      ? { kind: 'rejected', failure: 'provider-rejected' }
      : resultOf(reply, known);
  }

  const want = async (known: Known, wanted: Wanted) => resultOf(await send(known, wanted), known);

  return {
    create,
    suspend: (known) => want(known, 'suspended'),
    resume: (known) => want(known, 'active'),
    end: async (known) => gone(await want(known, 'none')),
  };
}

/** 400 and 422 that say why come again as they are; without a word they may be of whatever stands before the provider. */
function isFinal(reply: Reply): boolean {
  if (reply.kind === 'lost' || ![400, 422].includes(reply.status)) return false;
  return WantedRefusal.safeParse(reply.body).success;
}

function resultOf(reply: Reply, known: Known): Said {
  if (reply.kind === 'lost') return retryOf(reply);
  switch (reply.status) {
    case 200:
      return saidIn(reply.body, known);
    case 202:
    case 204:
      return { kind: 'accepted' };
    case 409:
      return NameTaken.safeParse(reply.body).success
        ? { kind: 'person', reason: 'account-of-another' }
        : retryOf(reply);
    default:
      return retryOf(reply);
  }
}

function saidIn(body: unknown, { accountId, lastRemoteId }: Known): Said {
  const said = WantedReply.safeParse(body);
  if (!said.success) return { kind: 'retry', reason: 'not-understood' };
  if (said.data.state === 'accepted') return { kind: 'accepted' };
  // Who names the account by our id needs no other of its own; and who has told one may leave it out from then on.
  return { kind: 'done', remoteId: said.data.remoteId ?? lastRemoteId ?? accountId };
}

function gone(result: FoundResult): FoundResult {
  return result.kind === 'done' ? { kind: 'done' } : result;
}
