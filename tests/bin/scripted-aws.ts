import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Clients, openClients } from '../../bin/export/clients.ts';

/** What is answered: a status and a body. */
export type Reply = readonly [status: number, body?: string | Buffer];

/** Answers by what is asked: `<METHOD> <path>?<names of parameters>` of S3 and Lambda, or the name of an operation. */
export type Script = Readonly<Record<string, Reply>>;

/**
 * AWS as a script says, at an address of its own. What is not in the script is a failure of the test: it is answered by
 * 400 `NotInScript`, which no code expects.
 */
async function openScripted(script: Script) {
  const asked: string[] = [];
  const sent: string[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const target = request.headers['x-amz-target'];
    const form = new URLSearchParams(body).get('Action');
    const address = new URL(request.url ?? '', 'http://aws');
    const asking = [...address.searchParams.keys()].filter((key) => key !== 'x-id').join('&');
    const path = `${address.pathname.replace(/\/$/, '')}${asking === '' ? '' : `?${asking}`}`;
    const name = String(target ?? '').split('.')[1] ?? form ?? `${request.method} ${path}`;
    asked.push(name);
    sent.push(body);
    const [status, answer = ''] = script[name] ?? [400, notInScript(name)];
    response.writeHead(status).end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on a port has an address of this kind.
  const { port } = server.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}`;
  const clients: Clients = openClients({
    endpoint,
    region: 'ap-northeast-2',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  return { clients, endpoint, asked, sent, close: () => void server.close() };
}

const notInScript = (name: string) =>
  `<Error><Code>NotInScript</Code><Message>${name}</Message></Error>`;

/** An error of S3. */
export const s3Error = (code: string): string => `<Error><Code>${code}</Code></Error>`;

/** Asks an AWS that answers as a script says, and closes it. */
export async function scripted<T>(
  script: Script,
  ask: (aws: Awaited<ReturnType<typeof openScripted>>) => Promise<T>,
) {
  const aws = await openScripted(script);
  try {
    return await ask(aws);
  } finally {
    aws.close();
  }
}
