import { accountStore } from '../provisioning/account.store.ts';
import { now } from '../runtime/clock.ts';
import { Ruled } from '../runtime/errors.ts';
import type { Call } from '../runtime/http.ts';
import { selfSubmittingForm } from '../runtime/page.ts';
import { region } from '../runtime/region.ts';
import { readForm } from '../runtime/request.ts';
import { type Declined, hintOver, isRegistered, judge, noLonger } from './authorize.rules.ts';
import { inLanguage, launchClaims } from './claims.rules.ts';
import { AuthenticationRequest, type Hint, type ltiRoutes } from './contract.ts';
import { environment, keysNow, store, type Tool, toolCalled, wordsIn } from './platform.api.ts';
import { sign } from './token.adapter.ts';
import { isReady } from './way.rules.ts';

type Routes = typeof ltiRoutes;

const accounts = accountStore(environment.PROVISIONING_TABLE);

async function authorize({ query, apiUrl }: Call<Routes['authorize']>) {
  return answer(query, apiUrl);
}

async function authorizeByForm({ text, apiUrl }: Call<Routes['authorizeByForm']>) {
  return answer(readForm(AuthenticationRequest, text), apiUrl);
}

async function answer(request: AuthenticationRequest, issuer: string) {
  const tool = await toolCalled(request.client_id);
  if (tool === undefined) throw unknownTool();
  if (!isRegistered(tool.secret, request)) throw unknownRedirect();
  const signed = await launchFor(tool, request, issuer);
  const { state } = request;
  const fields = {
    ...('error' in signed
      ? { error: signed.error, error_description: signed.description }
      : { id_token: signed.idToken }),
    ...(state === undefined ? {} : { state }),
  };
  const language = 'error' in signed ? (region.languages[0] ?? '') : signed.locale;
  const title = inLanguage(tool.provider.name, language);
  const { going: words, go: button } = wordsIn(language);
  const form = { action: request.redirect_uri, fields, language, title, words, button };
  return { body: selfSubmittingForm(form) };
}

/** The launch that a request's hint stands for, signed; or why there is none. */
async function launchFor(
  { provider }: Tool,
  request: AuthenticationRequest,
  issuer: string,
): Promise<{ readonly idToken: string; readonly locale: Hint['locale'] } | Declined> {
  const asked = judge(request);
  if (asked.kind === 'declined') return asked;
  const hint = await store.takeHint(asked.loginHint, provider.id, now());
  if (hint === undefined || isOfAnother(hint, request)) return hintOver;
  if (hint.kind === 'resource' && !isReady(await accounts.findAccount(provider.id, hint.accountId)))
    return noLonger;
  const { current } = await keysNow();
  const claims = launchClaims({ issuer, region, provider }, hint, asked.nonce, now());
  return { idToken: await sign(current, claims), locale: hint.locale };
}

/** A tool sends the other hint back unchanged, where it sends it at all. */
function isOfAnother({ kind }: Hint, { lti_message_hint }: AuthenticationRequest): boolean {
  return lti_message_hint !== undefined && lti_message_hint !== kind;
}

function unknownTool(): Ruled {
  return new Ruled({
    code: 'no-such-tool',
    detail: 'No tool of this "client_id" is registered here. Begin again from your places.',
  });
}

function unknownRedirect(): Ruled {
  return new Ruled({
    code: 'redirect-not-registered',
    detail: 'The tool has not registered this "redirect_uri". Its operator corrects "redirects".',
  });
}

export const authorizeHandlers = { authorize, authorizeByForm };
