import { S3Error } from './errors.ts';

export type XmlContent = string | number | boolean | XmlElements;
/** Elements by their names; a list is that element so many times, undefined none. */
export interface XmlElements {
  readonly [name: string]: XmlContent | readonly XmlContent[] | undefined;
}

/** Writes a document in S3's namespace, or in none. */
export function xmlDocument(root: string, content: XmlElements, namespace = true): string {
  const attribute = namespace ? ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"' : '';
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${attribute}>${inner(content)}</${root}>`;
}

function inner(content: XmlContent): string {
  if (typeof content !== 'object') return escaped(String(content));
  return Object.entries(content)
    .flatMap(([name, value]) => {
      if (value === undefined) return [];
      // Array.isArray does not narrow a readonly list.
      const list = (Array.isArray(value) ? value : [value]) as readonly XmlContent[];
      return list.map((one) => `<${name}>${inner(one)}</${name}>`);
    })
    .join('');
}

function escaped(text: string): string {
  return text.replace(
    /[&<>"'\r\n\u0085\u2028]/g,
    (one) => `&#x${one.codePointAt(0)?.toString(16)};`,
  );
}

/** One object that a `DeleteObjects` names. */
export interface Named {
  readonly key: string;
  readonly versionId: string | undefined;
}

/**
 * Reads the body of `DeleteObjects`.
 * @throws S3Error - `MalformedXML`
 */
export function readDelete(body: Buffer): { readonly objects: readonly Named[]; quiet: boolean } {
  const text = body.toString('utf8');
  const content = /^(?:<\?xml[^>]*\?>)?\s*<Delete(?:\s[^>]*)?>([\s\S]*)<\/Delete>\s*$/.exec(
    text,
  )?.[1];
  if (content === undefined) throw new S3Error('MalformedXML');
  const objects = [...content.matchAll(/<Object>([\s\S]*?)<\/Object>/g)].map(([, object = '']) => {
    const key = element(object, 'Key');
    if (key === undefined || key === '') throw new S3Error('MalformedXML');
    return { key, versionId: element(object, 'VersionId') };
  });
  if (objects.length === 0 || objects.length > 1000) throw new S3Error('MalformedXML');
  const rest = content.replace(/<Object>[\s\S]*?<\/Object>/g, '');
  return { objects, quiet: element(rest, 'Quiet') === 'true' };
}

function element(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return text?.replace(/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi, unescaped);
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

function unescaped(_all: string, hex?: string, decimal?: string, name?: string): string {
  if (name !== undefined) {
    const character = entities[name];
    if (character === undefined) throw new S3Error('MalformedXML');
    return character;
  }
  const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  if (point > 0x10ffff) throw new S3Error('MalformedXML');
  return String.fromCodePoint(point);
}
