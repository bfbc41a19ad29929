/** What the mailbox shows of a mail that came as its sender wrote it (RFC 5322, MIME). */
export interface RawMail {
  readonly from: string | undefined;
  readonly to: readonly string[];
  readonly subject: string;
  /** The text of a mail that has several parts, or else its HTML. */
  readonly text: string;
}

/** Reads a mail; what it has besides texts (attachments) is left out. */
export function readRawMail(bytes: Buffer): RawMail {
  const { headers, body } = parted(bytes.toString('latin1'));
  const listed = (name: string) => addressList(headers.get(name) ?? '');
  const texts = textsOf(headers, body);
  const shown = texts.find(({ type }) => type === 'text/plain') ?? texts[0];
  return {
    from: headers.get('from'),
    to: [...listed('to'), ...listed('cc'), ...listed('bcc')],
    subject: decodedWords(headers.get('subject') ?? ''),
    text: shown?.text ?? '',
  };
}

type Headers = ReadonlyMap<string, string>;

/** Headers, unfolded, by their names in small letters; and what follows the first empty line. */
function parted(mail: string): { readonly headers: Headers; readonly body: string } {
  const end = /\r?\n\r?\n/.exec(mail);
  const head = end === null ? mail : mail.slice(0, end.index);
  const body = end === null ? '' : mail.slice(end.index + end[0].length);
  const headers = new Map<string, string>();
  for (const line of head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return { headers, body };
}

interface Text {
  readonly type: string;
  readonly text: string;
}

function textsOf(headers: Headers, body: string): readonly Text[] {
  const written = headers.get('content-type') ?? 'text/plain';
  const type = (/^[^;\s]+/.exec(written)?.[0] ?? 'text/plain').toLowerCase();
  if (type.startsWith('multipart/')) {
    const boundary = parameter(written, 'boundary');
    if (boundary === undefined) return [];
    const parts = `\r\n${body}`.split(`\n--${boundary}`).slice(1);
    const whole = parts.filter((part) => !part.startsWith('--'));
    return whole.flatMap((part) => {
      const inner = parted(part.replace(/^[^\n]*\n/, '').replace(/\r?$/, ''));
      return textsOf(inner.headers, inner.body);
    });
  }
  if (!type.startsWith('text/')) return [];
  const bytes = decodedBody(body, headers.get('content-transfer-encoding') ?? '7bit');
  return [{ type, text: decoded(bytes, parameter(written, 'charset') ?? 'utf-8') }];
}

function parameter(header: string, name: string): string | undefined {
  const [, quoted, plain] =
    new RegExp(`;\\s*${name}=(?:"([^"]*)"|([^;\\s]+))`, 'i').exec(header) ?? [];
  return quoted ?? plain;
}

function decodedBody(body: string, encoding: string): Buffer {
  const how = encoding.trim().toLowerCase();
  if (how === 'base64') return Buffer.from(body, 'base64');
  if (how === 'quoted-printable') return quotedPrintable(body.replace(/=\r?\n/g, ''));
  return Buffer.from(body, 'latin1');
}

function quotedPrintable(text: string): Buffer {
  const bytes = text.replace(/=([\da-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1');
}

/** RFC 2047: `=?utf-8?B?…?=`. Between two of them white space has no meaning. */
function decodedWords(header: string): string {
  return header
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?([^?]+)\?([bq])\?([^?]*)\?=/gi, (_, charset: string, how: string, word: string) =>
      decoded(
        how.toLowerCase() === 'b'
          ? Buffer.from(word, 'base64')
          : quotedPrintable(word.replaceAll('_', ' ')),
        charset,
      ),
    );
}

function decoded(bytes: Buffer, charset: string): string {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    // A charset that nobody knows: its ASCII is readable all the same.
    return bytes.toString('latin1');
  }
}

/** Splits at commas that are not within quotes. */
function addressList(header: string): readonly string[] {
  const found = header.match(/(?:"[^"]*"|[^,"])+/g) ?? [];
  return found.map((one) => one.trim()).filter((one) => one !== '');
}
