import { Html, html, page, type Script } from '../control/html.ts';
import type { MailFile } from './mail.ts';
import type { KeptMail } from './mailbox.ts';
import { readableText } from './readable-text.ts';

/**
 * Looks for new mails every two seconds and puts them in place, telling screen readers how many there
 * are; whoever reads with care can switch it off.
 */
const script: Script = {
  source: `
const list = document.getElementById('mails');
const told = document.getElementById('status');
const renew = document.getElementById('renew');
renew.parentElement.hidden = false;
setInterval(async () => {
  if (!renew.checked || document.hidden) return;
  try {
    const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const newList = fresh.getElementById('mails');
    if (newList.dataset.newest === list.dataset.newest) return;
    list.replaceChildren(...newList.childNodes);
    list.dataset.newest = newList.dataset.newest;
    told.textContent = fresh.getElementById('status').textContent;
  } catch {
    told.textContent = 'The local region does not answer.';
  }
}, 2000);
`,
};

/** The mailbox as a page for people, newest mail first. */
export function mailboxPage(
  mails: readonly KeptMail[],
  to: string | undefined,
): ReturnType<typeof page> {
  const content = html`<nav><a href="/_local">Local region</a></nav>
<main>
<h1>Mailbox${to === undefined ? '' : ` of ${to}`}</h1>
<p>Mails that the region sent. They never leave this machine.</p>
<p><span id="status" role="status">${count(mails.length)}</span>
<label hidden><input type="checkbox" id="renew" checked> Show new mails as they come</label></p>
<div id="mails" data-newest="${mails[0]?.id ?? 0}">
${mails.map(article)}
</div>
</main>`;
  return page('Mailbox', content, script);
}

function article(mail: KeptMail): Html {
  const at = new Date(mail.at).toISOString();
  return html`<article aria-labelledby="mail-${mail.id}">
<h2 id="mail-${mail.id}">${mail.subject}</h2>
<p>To <a href="/_local/mailbox?to=${encodeURIComponent(mail.to)}">${mail.to}</a>
from ${mail.from}, <time datetime="${at}">${at.replace('T', ' ').slice(0, 19)} UTC</time></p>
<pre>${linked(readableText(mail.text))}</pre>
${mail.files.map(attached)}
</article>`;
}

/** What came with a mail, shown where it is text. */
function attached({ name, type, content }: MailFile): Html {
  const shown = type.startsWith('text/')
    ? html`<pre>${Buffer.from(content, 'base64').toString()}</pre>`
    : html``;
  return html`<details><summary>${name} (${type})</summary>${shown}</details>`;
}

/** A mail's text with its web addresses as links. */
function linked(text: string): Html {
  const parts = text.split(/(https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)])/);
  const pieces = parts.map((part, at) =>
    at % 2 === 1 ? html`<a href="${part}">${part}</a>` : html`${part}`,
  );
  return new Html(pieces.map((piece) => piece.text).join(''));
}

function count(mails: number): string {
  if (mails === 0) return 'No mails yet.';
  return mails === 1 ? '1 mail.' : `${mails} mails.`;
}
