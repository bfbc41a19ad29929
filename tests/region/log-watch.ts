import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { LogSink } from '../../local/logs.ts';

/** A line of the log, and whose it is. */
export interface Printed {
  readonly source: string;
  readonly text: string;
}

/** What people of the tests were called, and what only they should know. */
export interface PersonalValues {
  readonly birthDates: ReadonlySet<string>;
  /** Codes and tokens that were mailed. */
  readonly secrets: ReadonlySet<string>;
  /** Names in Latin letters, and what people wrote. */
  readonly texts: ReadonlySet<string>;
}

/**
 * Listens to all that a region of this process logs from now on; the region itself keeps the newest lines only.
 *
 * @returns the lines so far, whenever it is asked
 */
export function listenToLogs(): () => readonly Printed[] {
  const lines: Printed[] = [];
  const { write } = LogSink.prototype;
  LogSink.prototype.write = function (this: LogSink, source, printed) {
    for (const text of printed.split('\n')) lines.push({ source, text });
    write.call(this, source, printed);
  };
  return () => lines;
}

/** What tables and mails hold of people: everything that the tests have made them. */
export async function personalValues(
  url: string,
  mails: readonly { readonly text: string }[],
): Promise<PersonalValues> {
  const found = {
    birthDates: new Set<string>(),
    secrets: new Set<string>(),
    texts: new Set<string>(),
  };
  for await (const row of rowsOf(url)) collect(row, '', found);
  for (const { text } of mails) {
    for (const [, code] of text.matchAll(/<b>(\d{6})<\/b>/g)) found.secrets.add(code ?? '');
    for (const [, token] of text.matchAll(/[?&#]\w+=([\w-]{16,})/g)) found.secrets.add(token ?? '');
  }
  return found;
}

async function* rowsOf(url: string): AsyncGenerator<unknown> {
  const client = new DynamoDBClient({
    endpoint: `${url}/_aws`,
    region: 'ap-northeast-2',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const { TableNames = [] } = await client.send(new ListTablesCommand());
  for (const TableName of TableNames) {
    const pages = paginateScan({ client: DynamoDBDocumentClient.from(client) }, { TableName });
    for await (const { Items = [] } of pages) yield* Items;
  }
  client.destroy();
}

function collect(
  value: unknown,
  key: string,
  found: { birthDates: Set<string>; secrets: Set<string>; texts: Set<string> },
): void {
  if (typeof value === 'object' && value !== null) {
    for (const [inner, one] of Object.entries(value)) collect(one, inner, found);
  }
  if (typeof value !== 'string') return;
  if (key === 'birthDate') found.birthDates.add(value);
  // Korean letters and addresses are found wherever they are; a text of other letters only by what it says.
  else if (key === 'name' || / \S+ /.test(value)) found.texts.add(value);
}

/** How log lines look that tell of somebody, whoever it is: none of ours has Korean letters, an address or a token. */
const never: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['Korean letters', /\p{Script=Hangul}/u],
  ['an e-mail address', /[\w.+-]+@[\w-]+\.[a-z]{2,}/],
  ['a signed token', /eyJ[\w-]{8,}\.eyJ/],
  ['a password', /a long password |Own-[0-9a-f]{24}/],
];

/** What the lines say of people: each with what it is and where, but not with the value. */
export function leaksIn(lines: readonly Printed[], values: PersonalValues): string[] {
  const texts = [...values.texts].filter((text) => text.length > 2);
  return lines.flatMap(({ source, text }) => {
    const told = [
      ...never.filter(([, pattern]) => pattern.test(text)).map(([what]) => what),
      ...among(text, /(?<!\d)\d{4}-\d\d-\d\d(?![\dT])/g, values.birthDates, 'a birth date'),
      ...among(text, /(?<![\w.:-])\d{6}(?![\w:-])|[\w-]{16,}/g, values.secrets, 'a code or token'),
      ...(texts.some((one) => text.includes(one)) ? ['a name or what somebody wrote'] : []),
    ];
    return told.map((what) => `${source} logged ${what} in ${messageOf(text)}`);
  });
}

function among(text: string, pattern: RegExp, values: ReadonlySet<string>, what: string): string[] {
  return [...text.matchAll(pattern)].some(([found]) => values.has(found)) ? [what] : [];
}

/** The fixed part of a line, which says where to look. */
function messageOf(text: string): string {
  return /"message":"([ -~]{1,60}?)"/.exec(text)?.[0] ?? 'a line without a message';
}

/** What functions tried and their roles do not allow (docs/adr/0027-roles-are-enforced-locally.md). */
export function denialsIn(lines: readonly Printed[]): string[] {
  const denied = lines.filter(
    ({ source, text }) => source === 'local-region' && / may not \S+ on .* role$/.test(text),
  );
  return [...new Set(denied.map(({ text }) => text))];
}
