import { createHash } from 'node:crypto';
import type { FileBody } from './http.ts';

/** What a page says and sends; all of it is text, and is escaped here. */
export interface SelfSubmittingForm {
  /** Where it goes: an absolute address of the web; `http:` is for regions on one machine. */
  readonly action: string;
  /** What is sent, by name. */
  readonly fields: Readonly<Record<string, string>>;
  /** Of what follows, such as `ko`. */
  readonly language: string;
  readonly title: string;
  /** What is about to happen, for whoever sees the page. */
  readonly words: string;
  /** On the button, for browsers that run no script. */
  readonly button: string;
}

/** A page that says something and does nothing. */
export interface PlainPage {
  /** Of the texts, such as `ko`. */
  readonly language: string;
  readonly title: string;
  readonly words: string;
}

/** A page for somebody who has come to an end; all of it is text, and is escaped here. */
export function plainPage({ language, title, words }: PlainPage): FileBody {
  const text = `<!doctype html>
<html lang="${escaped(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
</head>
<body>
<h1>${escaped(title)}</h1>
<p>${escaped(words)}</p>
</body>
</html>
`;
  return { mediaType: 'text/html; charset=utf-8', text };
}

/** By the prototype: a field may be named `submit`. */
const script = 'HTMLFormElement.prototype.submit.call(document.forms[0]);';

/**
 * This one script and nothing else. There is no `form-action`: Chrome asks it about each redirect after a form was sent as
 * well, Firefox does not (Content Security Policy 3, section 6.4.1; MDN, "CSP: form-action"), and whoever takes a launch
 * redirects to wherever the course is, an origin that we cannot know. What may be sent where is for the address, which is
 * checked here, and for the escaping, by which no other form comes into the page.
 */
const policy = [
  "default-src 'none'",
  `script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'`,
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * A page that sends a form to another origin as soon as it is there, or when its button is pressed: the "form_post" by which
 * a browser carries a signed message (OAuth 2.0 Form Post Response Mode, section 2; 1EdTech Security Framework, section 5.1.1.3). No cache
 * keeps it.
 *
 * @throws {TypeError} the action is no address, or not one of the web
 */
export function selfSubmittingForm(form: SelfSubmittingForm): FileBody {
  const { href, protocol } = new URL(form.action);
  if (protocol !== 'https:' && protocol !== 'http:')
    throw new TypeError(`A form goes to https: or http:, not to ${protocol}`);
  const inputs = Object.entries(form.fields).map(
    ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`,
  );
  const title = escaped(form.title);
  const text = `<!doctype html>
<html lang="${escaped(form.language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
</head>
<body>
<h1>${title}</h1>
<p>${escaped(form.words)}</p>
<form method="post" action="${escaped(href)}" accept-charset="utf-8" autocomplete="off">
${inputs.join('\n')}
<button type="submit">${escaped(form.button)}</button>
</form>
<script>${script}</script>
</body>
</html>
`;
  return { mediaType: 'text/html; charset=utf-8', text, policy };
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For the text of an element and for an attribute in quotes. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
