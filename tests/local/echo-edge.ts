import { type IncomingHttpHeaders, request } from 'node:http';
import { AwsFront } from '../../local/aws-front.ts';
import { Edge } from '../../local/edge.ts';
import { Faults } from '../../local/faults/faults.ts';
import { sendJson } from '../../local/http.ts';
import { type AwsService, ServiceError } from '../../local/service.ts';

/** A service that echoes, refuses, breaks or never answers, as its operation says. */
class Echo implements AwsService {
  readonly target = 'Echo_20260101';
  readonly answered: string[] = [];

  async answer(operation: string, { body, path }: Parameters<AwsService['answer']>[1]) {
    this.answered.push(operation);
    if (operation === 'Refuse') throw new ServiceError('NoSuchThing', 'there is no such thing');
    if (operation === 'Break') throw new Error('a fault of ours');
    if (operation === 'Hold') await new Promise(() => undefined);
    return { status: 200, body: JSON.stringify({ operation, path, said: body.toString() }) };
  }

  answerPath({ path }: Parameters<AwsService['answer']>[1]) {
    return path === '/keys.json' ? { status: 200, body: '{"keys":[]}' } : undefined;
  }
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly json: unknown;
}

/** An edge on a free port, booting until it is opened, before a service that echoes and an API of two answers. */
export class EchoEdge {
  readonly reports: string[] = [];
  readonly echo = new Echo();
  readonly faults = new Faults();
  readonly edge = new Edge((message) => this.reports.push(message));
  readonly base: Promise<string> = this.edge.listen(0);

  /** The services' front; partial as while they are replaced. */
  front(partial = false): AwsFront {
    return new AwsFront([this.echo], this.faults, (message) => this.reports.push(message), {
      partial,
    });
  }

  open(): void {
    this.edge.open({
      aws: this.front(),
      control: async (_, response) => sendJson(response, 200, { from: 'control' }),
      api: async ({ url }, response) => {
        if (url === '/breaks') throw new Error('the gateway broke');
        sendJson(response, 200, { from: 'api' });
      },
    });
  }

  /** Asks by a connection of its own; what the answer's body says is read as JSON. */
  async ask(
    path: string,
    options: { headers?: Record<string, string>; method?: string; body?: string | Buffer } = {},
  ): Promise<Answer> {
    const { body, method = body === undefined ? 'GET' : 'POST', headers = {} } = options;
    const url = `${await this.base}${path}`;
    return new Promise((resolve, reject) => {
      const asked = request(url, { method, headers, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const json: unknown = text === '' ? undefined : JSON.parse(text);
          resolve({ status: response.statusCode ?? 0, headers: response.headers, json });
        });
      });
      asked.on('error', reject);
      asked.end(body);
    });
  }

  /** Has the service do an operation. */
  call(operation: string, body = '{}'): Promise<Answer> {
    const headers = { 'x-amz-target': `${this.echo.target}.${operation}` };
    return this.ask('/_aws/', { headers, body });
  }
}
