import { randomUUID } from 'node:crypto';
import express, { type Request, type Response, type Router } from 'express';
import { z } from 'zod';
import type { Accounts } from './accounts.ts';
import type { Gate } from './gate.ts';
import { LtiKey } from './lti-key.ts';
import { readMemberships } from './lti-memberships.ts';
import { claim, type LtiMessage, messageOf } from './lti-message.ts';
import { showForm, showPage } from './page.ts';
import { answerPlainly, bodyOf, nobodyHere } from './plain-errors.ts';
import type { Platform } from './platform.ts';
import { Refusal } from './refusal.ts';

/** Third-party initiated login (OpenID Connect core, section 4; LTI 1.3 core, section 4.1). */
const Login = z.looseObject({
  iss: z.string(),
  login_hint: z.string().min(1),
  target_link_uri: z.string(),
  lti_message_hint: z.string().optional(),
  client_id: z.string().optional(),
  lti_deployment_id: z.string().optional(),
});
const Return = z.looseObject({
  state: z.string(),
  id_token: z.string().min(1).optional(),
  /** In the place of a token: OAuth 2.0, section 4.1.2.1. */
  error: z.string().optional(),
});

/** A login that began here. `until` is in milliseconds since the epoch. */
interface Begun {
  readonly nonce: string;
  readonly target: string;
  readonly until: number;
}

/** Milliseconds that a login may take. */
const loginTakes = 600_000;

/** A launch that was good, as control shows it. */
export interface Launch
  extends Pick<LtiMessage, 'messageType' | 'sub' | 'roles' | 'deployment' | 'target'> {
  /** ISO 8601. */
  readonly at: string;
}

interface Parts {
  readonly gate: Gate;
  readonly accounts: Accounts;
  readonly platform: Platform;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Where the tool begins, without a slash at the end. */
  readonly base: string;
  /** What the platform calls the tool. */
  readonly clientId: string;
  /** The deployments that are registered; any when absent. */
  readonly deployments: readonly string[] | undefined;
}

/**
 * An LTI 1.3 tool. What it must remember from a login to its launch is here, under `state`, and not in a cookie, which
 * browsers would not send back from another site; it is never in a frame.
 */
export class LtiTool {
  readonly #parts: Parts;
  readonly #key: LtiKey;
  readonly #begun = new Map<string, Begun>();
  readonly #launches: Launch[] = [];
  #memberships: string | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#key = new LtiKey(parts.now);
  }

  launches(): readonly Launch[] {
    return this.#launches;
  }

  /** Who is in the course of the last launch that named its members. */
  memberships() {
    const { platform, clientId } = this.#parts;
    if (this.#memberships !== undefined)
      return readMemberships(platform, this.#key, clientId, this.#memberships);
    throw new Refusal(409, 'no-course', 'no launch has said where the members of its course are');
  }

  routes(): Router {
    const { gate } = this.#parts;
    const router = express.Router();
    router.use(gate.enter, express.urlencoded({ extended: false, limit: '100kb' }), gate.linger);
    router.get('/jwks', (_request, response) => {
      response.json(this.#key.keySet());
    });
    router.get('/login', (request, response) => this.#login(request.query, response));
    router.post('/login', (request, response) => this.#login(request.body ?? {}, response));
    router.post('/launch', (request, response) => this.#launch(request, response));
    router.use(nobodyHere, answerPlainly);
    return router;
  }

  #login(sent: unknown, response: Response): void {
    const { platform, clientId, base } = this.#parts;
    const login = bodyOf(Login, sent);
    const { issuer, authorize } = platform.address;
    if (login.iss !== issuer) throw notOurs(`"iss" is not ${issuer}`);
    if ((login.client_id ?? clientId) !== clientId) throw notOurs(`"client_id" is not ${clientId}`);
    if (!`${login.target_link_uri}/`.startsWith(`${base}/`))
      throw notOurs(`"target_link_uri" is not below ${base}`);
    const { state, nonce } = this.#begin(login.target_link_uri);
    const to = new URL(authorize);
    const asked = {
      scope: 'openid',
      response_type: 'id_token',
      response_mode: 'form_post',
      prompt: 'none',
      client_id: clientId,
      redirect_uri: `${base}/launch`,
      login_hint: login.login_hint,
      ...(login.lti_message_hint === undefined ? {} : { lti_message_hint: login.lti_message_hint }),
      state,
      nonce,
    };
    for (const [name, value] of Object.entries(asked)) to.searchParams.set(name, value);
    response.set('cache-control', 'no-store').redirect(302, to.href);
  }

  #begin(target: string) {
    const now = this.#parts.now();
    for (const [old, { until }] of this.#begun) if (until < now) this.#begun.delete(old);
    const [state, nonce] = [randomUUID(), randomUUID()];
    this.#begun.set(state, { nonce, target, until: now + loginTakes });
    return { state, nonce };
  }

  async #launch(request: Request, response: Response): Promise<void> {
    const { platform, clientId, deployments, now } = this.#parts;
    const sent = bodyOf(Return, request.body ?? {});
    const begun = this.#begun.get(sent.state);
    // Whatever comes of it, a login ends in one launch: so its nonce is taken once.
    this.#begun.delete(sent.state);
    if (begun === undefined || begun.until < now())
      throw new Refusal(401, 'unknown-state', 'no login began here with this "state"');
    if (sent.id_token === undefined)
      throw new Refusal(401, 'login-failed', `the platform answered "${sent.error ?? ''}"`);
    const claims = await platform.claimsOf(sent.id_token, clientId);
    const message = messageOf(claims, { ...begun, clientId, deployments, now: now() });
    this.#welcome(message);
    this.#show(message, response);
  }

  /** Who comes to learn for the first time gets an account: there is no other way to one. */
  #welcome({ memberships, choosing, ...launch }: LtiMessage): void {
    const { accounts, now } = this.#parts;
    const { sub } = launch;
    const { total } = accounts.list({ by: 'externalId', value: sub });
    if (choosing === undefined && total === 0)
      accounts.create({ userName: sub, externalId: sub, active: true });
    this.#launches.push({ ...launch, at: new Date(now()).toISOString() });
    this.#memberships = memberships ?? this.#memberships;
  }

  #show({ choosing, sub, target, deployment }: LtiMessage, response: Response): void {
    if (choosing === undefined) {
      showPage(response, 'Welcome', `You are signed in as ${sub}.`, `You opened ${target}.`);
      return;
    }
    const { clientId, platform, base } = this.#parts;
    const { returnUrl, data } = choosing;
    const course = {
      type: 'ltiResourceLink',
      title: 'Fractions',
      url: `${base}/courses/fractions`,
      custom: { course: 'fractions' },
    };
    const JWT = this.#key.sign({
      iss: clientId,
      aud: platform.address.issuer,
      nonce: randomUUID(),
      [claim.messageType]: 'LtiDeepLinkingResponse',
      [claim.version]: '1.3.0',
      [claim.deployment]: deployment,
      [claim.contentItems]: [course],
      ...(data === undefined ? {} : { [claim.data]: data }),
    });
    showForm(response, returnUrl, { JWT });
  }
}

function notOurs(why: string): Refusal {
  return new Refusal(400, 'login-not-ours', `the login is refused: ${why}`);
}
