import { own, type Packages, sdk } from './both.ts';
import type { Asked, FakeEndpoint, Reply } from './endpoint.ts';

/** Headers that say what is meant, and not who says it or when. */
const meant = ({ headers: { host, connection, date, ...headers } }: Asked) =>
  Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) =>
        !/^(user-agent|x-amz-user-agent|x-amz-date|authorization|amz-sdk-.*|x-amz-content-sha256|content-length|x-amz-checksum-crc32|x-amzn-query-mode)$/.test(
          name,
        ),
    ),
  );

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  apos: "'",
  quot: '"',
};

/** A body, as whoever reads it understands it. */
const understood = (body: string): unknown => {
  if (body.startsWith('{')) return JSON.parse(body);
  const plain = body.replace(/^<\?xml[^>]*>/, '');
  return plain.replaceAll(/&#x([\da-f]+);|&(\w+);/gi, (_all, hex, name) =>
    hex === undefined ? (entities[name] ?? '') : String.fromCodePoint(Number.parseInt(hex, 16)),
  );
};

/** What an answer comes to: what is given back, or all that can be seen of the error. */
async function outcomeOf(asking: (packages: Packages) => Promise<unknown>, packages: Packages) {
  const given = await asking(packages).catch((error: unknown) => error);
  const { $metadata, ...rest } = Object(given);
  const { totalRetryDelay, ...told } = $metadata ?? {};
  const error = given instanceof Error && { name: given.name, message: given.message };
  // What is undefined is not there.
  const fields = Object.entries({ ...rest, ...error }).filter(([, value]) => value !== undefined);
  return { metadata: JSON.parse(JSON.stringify(told)), fields: Object.fromEntries(fields) };
}

/** Something asked, of whichever packages. */
export type Asking = (packages: Packages) => Promise<unknown>;

/** What is asked of an endpoint that says the same to both, and what comes of it. */
export async function bothOf(endpoint: FakeEndpoint, reply: Reply, asking: Asking) {
  const of = async (packages: Packages) => {
    endpoint.says(reply);
    const outcome = await outcomeOf(asking, packages);
    const asked = endpoint.asked.map((one) => ({
      line: `${one.method} ${one.url.replace(/\/\?/, '?')}`,
      headers: meant(one),
      body: understood(one.body),
    }));
    return { asked, outcome };
  };
  return { theirs: await of(sdk), ours: await of(own) };
}
