import { now } from '../runtime/clock.ts';
import { Conflict, Ruled } from '../runtime/errors.ts';
import type { Call } from '../runtime/http.ts';
import { plainPage } from '../runtime/page.ts';
import { region } from '../runtime/region.ts';
import { readForm } from '../runtime/request.ts';
import { contentsOf } from './choice.rules.ts';
import { deploymentIdOf } from './claims.rules.ts';
import { claim, DeepLinkingForm, DeepLinkingResponse, type ltiRoutes } from './contract.ts';
import { contents, toolCalled, wordsIn } from './platform.api.ts';
import { contentsEntry } from './recording.api.ts';
import { claimsOfTool, issuerOf } from './token.adapter.ts';
import { tolerance } from './token.rules.ts';

type Routes = typeof ltiRoutes;

async function takeContents({ text, apiUrl }: Call<Routes['takeContents']>) {
  const { provider, response } = await signedChoice(readForm(DeepLinkingForm, text).JWT, apiUrl);
  const choiceId = response[claim.data];
  const staffId = await contents.chooserOf(choiceId, provider.id, now());
  if (staffId === undefined) throw choiceOver();
  const who = { providerId: provider.id, staffId };
  const chosen = contentsOf(response, who, now());
  if (chosen === undefined) throw choiceInvalid();
  const ids = chosen.map(({ contentId }) => contentId);
  const recorded = ids.length === 0 ? [] : [contentsEntry('contents-chosen', who, ids)];
  if (!(await contents.end(choiceId, chosen, recorded))) throw choiceOver();
  return { body: pageFor(chosen.length) };
}

/**
 * What a tool says was chosen (Deep Linking 2.0, section 3.4.1; 1EdTech Security Framework, section 5.2.2).
 *
 * @throws {Ruled} `choice-invalid`: it is not signed by a tool of ours, for us, for this deployment, now
 */
async function signedChoice(token: string, issuer: string) {
  const clientId = issuerOf(token);
  const tool = clientId === undefined ? undefined : await toolCalled(clientId);
  if (clientId === undefined || tool === undefined) throw choiceInvalid();
  const expected = { issuer: clientId, audience: issuer, now: now(), tolerance };
  const claims = await claimsOfTool(token, tool.secret.jwks, expected);
  const response = DeepLinkingResponse.safeParse(claims).data;
  if (response === undefined || response[claim.deployment] !== deploymentIdOf(region))
    throw choiceInvalid();
  return { provider: tool.provider, response };
}

/** For whoever chose: nothing in it is from anybody else. */
function pageFor(count: number) {
  const language = region.languages[0] ?? '';
  const { chosen, close: words } = wordsIn(language);
  return plainPage({ language, title: chosen.replaceAll('{{count}}', String(count)), words });
}

function choiceOver(): Conflict {
  return new Conflict({
    code: 'choice-over',
    detail: 'This choice was taken already, or its hour is over. Begin again: POST …/contents.',
  });
}

function choiceInvalid(): Ruled {
  return new Ruled({
    code: 'choice-invalid',
    detail:
      'This is not a choice that a registered tool signed for this platform, of at most 50 resource links with a title. Ask the tool’s operator.',
  });
}

export const choiceHandlers = { takeContents };
