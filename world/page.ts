import type { Response } from 'express';

/** Sends a small page for people. */
export function showPage(response: Response, title: string, ...paragraphs: string[]): void {
  const text = paragraphs.map((one) => `<p>${escaped(one)}</p>`).join('\n');
  send(response, title, `<h1>${escaped(title)}</h1>\n${text}`);
}

/** Sends a page whose form goes to `action` at once; by its button, where the browser runs no scripts. */
export function showForm(
  response: Response,
  action: string,
  fields: Readonly<Record<string, string>>,
): void {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`,
  );
  const form = `<form method="post" action="${escaped(action)}">
${inputs.join('\n')}
<button>Continue</button>
</form>
<script>document.forms[0].submit()</script>`;
  send(response, 'Continue', form);
}

function send(response: Response, title: string, body: string): void {
  response
    .set('cache-control', 'no-store')
    .type('html')
    .send(`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${escaped(title)}</title></head>
<body>
${body}
</body>
</html>
`);
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (one) => entities[one] ?? one);
}
