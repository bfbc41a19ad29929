import { createHash } from 'node:crypto';
import { z } from 'zod';
import { jsonError, jsonResult, type Reply } from './fake-replies.ts';

const Input = z.looseObject({
  SecretId: z.string().optional(),
  Name: z.string().optional(),
  SecretString: z.string().default(''),
  ClientRequestToken: z.string().default(''),
});

/** A secret of before 0.2.0, or what carries such over: only there where a test or a request has put it. */
const passing = /\/providers(-carried|\/.+)$/;

/**
 * Secrets Manager as a rollout meets it: the secrets of today's template are there from the beginning, as the stack makes
 * them. A version has its name from whoever puts it, and is put once.
 */
export class FakeSecrets {
  /** What was asked, in its order: operation and name. */
  readonly asked: string[] = [];
  readonly #versions = new Map<string, { readonly id: string; readonly text: string }[]>();

  get(name: string): string | undefined {
    return this.#versions.get(name)?.at(-1)?.text;
  }

  set(name: string, text: string, id = `by-hand-${this.#all(name).length}`): void {
    this.#versions.set(name, [...this.#all(name), { id, text }]);
  }

  delete(name: string): void {
    this.#versions.delete(name);
  }

  answer(target: string, body: unknown): Reply {
    const { SecretId = '', Name = '', ...input } = Input.parse(body);
    const [, operation = ''] = target.split('.');
    const name = SecretId === '' ? Name : SecretId;
    this.asked.push(`${operation} ${name}`);
    const isThere = this.#versions.has(name) || !passing.test(name);
    if (!isThere && !/^(Create|Delete)/.test(operation))
      return jsonError('ResourceNotFoundException', "Can't find the specified secret.", 400);
    switch (operation) {
      case 'GetSecretValue': {
        const VersionId = this.#all(name).at(-1)?.id ?? 'made';
        return jsonResult({ SecretString: this.get(name) ?? unfilled(name), VersionId });
      }
      case 'DescribeSecret':
        return jsonResult({ VersionIdsToStages: { one: ['AWSCURRENT'] } });
      case 'PutSecretValue':
        return this.#put(name, input.SecretString, input.ClientRequestToken);
      case 'CreateSecret':
        if (isThere) return jsonError('ResourceExistsException', 'It already exists.', 400);
        this.set(name, input.SecretString, input.ClientRequestToken);
        return jsonResult({ Name: name });
      case 'DeleteSecret':
        this.delete(name);
        return jsonResult({ Name: name });
      default:
        throw new Error(`the fake does not answer ${operation}`);
    }
  }

  #put(name: string, text: string, id: string): Reply {
    const known = this.#all(name).find((version) => version.id === id);
    if (known !== undefined && known.text !== text)
      return jsonError('ResourceExistsException', 'The version has another value.', 400);
    if (known === undefined) this.set(name, text, id);
    return jsonResult({ Name: name });
  }

  #all(name: string) {
    return this.#versions.get(name) ?? [];
  }
}

/** As the stack makes a secret: an address that leads nowhere, or nothing at all, and something generated. */
function unfilled(name: string): string {
  const key = createHash('sha256').update(name).digest('hex');
  return JSON.stringify(
    name.endsWith('/providers') ? { _unfilled: key } : { url: 'https://other.invalid', key },
  );
}
