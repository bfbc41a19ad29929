/** What a page's form would send, and where. */
export interface Form {
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
}

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};
const unescaped = (text: string) =>
  text.replaceAll(/&(amp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? entity);

/** The form of a page that sends itself. @throws {Error} the page has none */
export function formIn(page: string): Form {
  const [, action] = /<form method="post" action="([^"]*)"/.exec(page) ?? [];
  if (action === undefined) throw new Error(`no form: ${page}`);
  const inputs = page.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g);
  const fields = [...inputs].map(([, name = '', value = '']) => [
    unescaped(name),
    unescaped(value),
  ]);
  return { action: unescaped(action), fields: Object.fromEntries(fields) };
}

/** Sends a form as a browser does, which follows no further: the status and the page. */
export async function send({ action, fields }: Form) {
  const answer = await fetch(action, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  });
  return { status: answer.status, text: await answer.text() };
}

/** Opens an address and follows where it leads, as a browser does, without a cookie. */
export async function visit(url: string | URL) {
  const answer = await fetch(url);
  const { status, headers } = answer;
  return { status, headers, text: await answer.text() };
}
