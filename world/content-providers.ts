import type { DatabaseSync } from 'node:sqlite';
import { type RequestHandler, Router } from 'express';
import { z } from 'zod';
import { Accounts } from './accounts.ts';
import { Gate } from './gate.ts';
import { LtiTool } from './lti-tool.ts';
import type { Platform } from './platform.ts';
import { providerRoutes } from './provider.ts';
import { WayIn } from './way-in.ts';
import { WebhookEvents } from './webhook-events.ts';
import { WebhookKey } from './webhook-key.ts';
import { WebhookProvider } from './webhook-provider.ts';
import { Wishes } from './wishes.ts';

/** A secret that a party gave out. */
export const Secret = z.string().regex(/^\S+$/, 'a secret without spaces');
/** A key that two parties share. */
export const Key = z.string().regex(/^(whsec_)?[\w+/-]+={0,2}$/, 'a key in base 64');
/** A key for Standard Webhooks: the standard's alphabet and no other. */
const WebhookSecret = z
  .string()
  .regex(/^(whsec_)?[A-Za-z0-9+/]{32,88}={0,2}$/, '24 to 64 bytes in base 64');

const id = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'lower-case words joined by hyphens');

/** A content provider to be, by how it is told of its learners. */
export const ProviderOptions = z.discriminatedUnion('kind', [
  z.strictObject({ id, kind: z.literal('scim'), token: Secret }),
  z.strictObject({ id, kind: z.literal('webhook'), key: WebhookSecret }),
  z.strictObject({
    id,
    kind: z.literal('lti'),
    /** What the platform calls the tool; its id when absent. */
    clientId: z.string().min(1).max(255).optional(),
    /** The deployments that it serves; any when absent. */
    deployments: z.array(z.string().min(1).max(255)).min(1).optional(),
  }),
]);
export type ProviderOptions = z.infer<typeof ProviderOptions>;

/** What a provider hands out: addresses without a slash at the end, and what opens its door. */
export type Access =
  | {
      readonly kind: 'scim';
      readonly baseUrl: string;
      readonly token: string;
      /** Where learners come in with `?ticket=…`. */
      readonly launch: string;
    }
  | {
      readonly kind: 'webhook';
      readonly url: string;
      readonly key: string;
      /** Where learners come in with `?ticket=…`. */
      readonly launch: string;
    }
  | {
      readonly kind: 'lti';
      readonly login: string;
      readonly launch: string;
      readonly redirects: readonly string[];
      readonly jwks: string;
      readonly deepLink: string;
    };

/** What runs, and what control reaches of it; the routes are served below `/providers/{id}`. */
interface Common {
  readonly id: string;
  readonly accounts: Accounts;
  readonly gate: Gate;
  readonly routes: RequestHandler;
}
type AccessOf<K> = Extract<Access, { readonly kind: K }>;

export type ContentProvider = Common &
  (
    | { readonly kind: 'scim'; readonly access: AccessOf<'scim'>; readonly wayIn: WayIn }
    | {
        readonly kind: 'webhook';
        readonly access: AccessOf<'webhook'>;
        readonly wayIn: WayIn;
        readonly webhook: WebhookProvider;
        readonly events: WebhookEvents;
      }
    | { readonly kind: 'lti'; readonly access: AccessOf<'lti'>; readonly tool: LtiTool }
  );

/** What all providers of a world share. */
export interface Surroundings {
  readonly database: DatabaseSync;
  /** The origin of all. */
  readonly url: string;
  readonly platform: Platform;
  /** Aborted when the world closes. */
  readonly closing: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What is the same for all kinds. */
interface Ground extends Pick<Common, 'id' | 'accounts' | 'gate'> {
  /** Where all that is the provider's begins, without a slash at the end. */
  readonly base: string;
}
type OptionsOf<K> = Extract<ProviderOptions, { readonly kind: K }>;

export function openProvider(options: ProviderOptions, around: Surroundings): ContentProvider {
  const { id } = options;
  const ground = {
    id,
    accounts: new Accounts(around.database, id),
    gate: new Gate(around.closing, around.now),
    base: `${around.url}/providers/${id}`,
  };
  switch (options.kind) {
    case 'scim':
      return openScim(options, ground, around);
    case 'webhook':
      return openWebhook(options, ground, around);
    case 'lti':
      return openLti(options, ground, around);
  }
}

function openScim(
  { kind, token }: OptionsOf<'scim'>,
  { id, accounts, gate, base }: Ground,
  { platform, now }: Surroundings,
): ContentProvider {
  const baseUrl = `${base}/scim/v2`;
  const wayIn = new WayIn(id, accounts, platform, now);
  const scim = providerRoutes({ accounts, baseUrl, token, gate });
  const routes = Router().use('/scim/v2', scim).use('/enter', wayIn.routes());
  const access = { kind, baseUrl, token, launch: `${base}/enter` };
  return { id, accounts, gate, kind, access, wayIn, routes };
}

function openWebhook(
  { kind, key }: OptionsOf<'webhook'>,
  { id, accounts, gate, base }: Ground,
  { database, platform, closing, now }: Surroundings,
): ContentProvider {
  const signing = new WebhookKey(key, now);
  const wishes = new Wishes(database, id, accounts);
  const events = new WebhookEvents(id, signing, platform, closing, now);
  const webhook = new WebhookProvider({ gate, key: signing, wishes, events, closing });
  const wayIn = new WayIn(id, accounts, platform, now);
  const routes = Router().use('/webhook', webhook.routes()).use('/enter', wayIn.routes());
  const access = { kind, url: `${base}/webhook`, key, launch: `${base}/enter` };
  return { id, accounts, gate, kind, access, wayIn, webhook, events, routes };
}

function openLti(
  { kind, clientId, deployments }: OptionsOf<'lti'>,
  { id, accounts, gate, base: all }: Ground,
  { platform, now }: Surroundings,
): ContentProvider {
  const base = `${all}/lti`;
  const registered = { clientId: clientId ?? id, deployments };
  const tool = new LtiTool({ gate, accounts, platform, now, base, ...registered });
  const access = {
    kind,
    login: `${base}/login`,
    launch: `${base}/launch`,
    redirects: [`${base}/launch`],
    jwks: `${base}/jwks`,
    deepLink: `${base}/choose`,
  };
  const routes = Router().use('/lti', tool.routes());
  return { id, accounts, gate, kind, access, tool, routes };
}
