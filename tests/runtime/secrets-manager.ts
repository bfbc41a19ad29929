import { z } from 'zod';
import { type AwsService, ServiceError, type ServiceReply } from '../../local/service.ts';

const Input = z.object({ SecretId: z.string() });

/** Secrets Manager as far as a reader of secrets sees it. */
export class Secrets implements AwsService {
  readonly target = 'secretsmanager';
  /** How often each secret was read. */
  readonly reads = new Map<string, number>();
  readonly #values = new Map<string, string>();

  /** Gives a secret its value: any text, or a value as JSON. */
  put(name: string, value: unknown): void {
    this.#values.set(name, typeof value === 'string' ? value : JSON.stringify(value));
  }

  /** Gives an entry of a secret its value, beside those that it has; undefined takes it away. */
  putEntry(name: string, entry: string, value: unknown): void {
    const held = z
      .record(z.string(), z.unknown())
      .parse(JSON.parse(this.#values.get(name) ?? '{}'));
    this.put(name, { ...held, [entry]: value });
  }

  async answer(
    operation: string,
    { body }: Parameters<AwsService['answer']>[1],
  ): Promise<ServiceReply> {
    if (operation !== 'GetSecretValue') throw new ServiceError('UnknownOperation', operation);
    const { SecretId } = Input.parse(JSON.parse(body.toString()));
    this.reads.set(SecretId, (this.reads.get(SecretId) ?? 0) + 1);
    const SecretString = this.#values.get(SecretId);
    const headers = { 'content-type': 'application/x-amz-json-1.1' };
    if (SecretString === undefined) {
      const refusal = { __type: 'ResourceNotFoundException', Message: `no secret ${SecretId}` };
      return { status: 400, headers, body: JSON.stringify(refusal) };
    }
    return { status: 200, headers, body: JSON.stringify({ Name: SecretId, SecretString }) };
  }
}
