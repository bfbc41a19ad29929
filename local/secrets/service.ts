import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { LocalContext } from '../context.ts';
import type { ResourceKind } from '../resource.ts';
import {
  type AwsService,
  type Need,
  ServiceError,
  type ServiceReply,
  type ServiceRequest,
} from '../service.ts';
import { generate } from './generate.ts';
import {
  type Input,
  inputs,
  isOperation,
  type Operation,
  parseInput,
  parseJson,
  refusal,
  reply,
} from './protocol.ts';
import { changedVersion, nameTaken, noSuchValue, ofTheTemplate, unsupported } from './refusals.ts';
import { type SecretProperties, secretKind } from './resources.ts';
import { type Made, SecretStore, type SecretValue, type Version } from './store.ts';

interface Secret {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly properties: SecretProperties;
}

/** Which secret any operation is about. */
const Named = z.object({ SecretId: z.string().optional(), Name: z.string().optional() });

type Handlers = { readonly [Name in Operation]: (input: Input<Name>) => object };

/**
 * The local region's Secrets Manager: the template's secrets and those that requests make, their values in the region's
 * state. Other operations than {@link inputs} fail with `UnsupportedOperation`.
 */
export class Secrets implements AwsService {
  readonly target = 'secretsmanager';
  /** `AWS::SecretsManager::Secret`. */
  readonly kinds: readonly ResourceKind[];
  readonly #context: LocalContext;
  readonly #initial: Map<string, string>;
  readonly #store: SecretStore;
  readonly #secrets = new Map<string, Secret>();
  /** Names of those that requests have made. */
  readonly #made = new Set<string>();
  readonly #handlers: Handlers = {
    GetSecretValue: (input) => this.#get(input),
    DescribeSecret: (input) => this.#describe(input),
    PutSecretValue: (input) => this.#put(input),
    CreateSecret: (input) => this.#make(input),
    DeleteSecret: (input) => this.#delete(input),
  };

  /**
   * @param initial - by a secret's name the value that it has from this boot on, whatever it had before;
   *   the template's value, or one generated once, is for the others. A value is taken out when its secret has it, so
   *   that one that is put later stays when the services are replaced
   */
  constructor(context: LocalContext, initial: Map<string, string> = new Map()) {
    this.#context = context;
    this.#initial = initial;
    this.#store = new SecretStore(context.state);
    this.kinds = [secretKind((name, properties) => this.#declare(name, properties))];
    for (const one of this.#store.made()) this.#remember(one);
  }

  async answer(operation: string, request: ServiceRequest): Promise<ServiceReply> {
    try {
      if (!isOperation(operation)) throw unsupported(operation);
      return reply(this.#perform(operation, request.body));
    } catch (error) {
      if (error instanceof ServiceError) return refusal(error);
      throw error;
    }
  }

  /** A secret that is not there needs what one of that name would, so that nobody learns which are. */
  needs(operation: string, { body }: ServiceRequest): readonly Need[] {
    const { Name = '*', SecretId = Name } = Named.safeParse(parseJson(operation, body)).data ?? {};
    const resource = this.#known(SecretId)?.arn ?? arnOf(this.#context, SecretId);
    return [{ action: `secretsmanager:${operation}`, resource }];
  }

  #perform<Name extends Operation>(operation: Name, body: Buffer): object {
    const input = parseInput(inputs[operation], operation, body);
    // An operation's handler takes what its own schema gives; the compiler cannot follow the pair.
    return (this.#handlers[operation] as (input: unknown) => object)(input);
  }

  #declare(name: string, properties: SecretProperties): Secret {
    if (this.#secrets.has(name)) {
      throw new ServiceError('ResourceExistsException', `The template has two secrets ${name}.`);
    }
    const now = this.#now();
    const arn = arnOf(this.#context, name);
    const secret = { name, arn, properties, createdAt: this.#store.create(name, now) };
    this.#secrets.set(name, secret);
    const { SecretString, GenerateSecretString } = properties;
    const initial = this.#initial.get(name);
    this.#initial.delete(name);
    if (initial !== undefined || SecretString !== undefined || GenerateSecretString !== undefined) {
      const seed = JSON.stringify({ SecretString, GenerateSecretString });
      const generated = GenerateSecretString && (() => generate(GenerateSecretString));
      const make = () => initial ?? SecretString ?? generated?.() ?? '';
      this.#store.sow(name, seed, randomUUID(), make, now);
    }
    if (initial !== undefined && this.#current(name)?.text !== initial) {
      this.#store.put(name, randomUUID(), { text: initial, binary: null }, ['AWSCURRENT'], now);
    }
    return secret;
  }

  #get({ SecretId, VersionId, VersionStage }: Input<'GetSecretValue'>): object {
    const secret = this.#find(SecretId);
    const stage = VersionStage ?? (VersionId === undefined ? 'AWSCURRENT' : undefined);
    const version = this.#store
      .versions(secret.name)
      .find(
        ({ id, stages }) =>
          (VersionId === undefined || id === VersionId) &&
          (stage === undefined || stages.includes(stage)),
      );
    if (version === undefined) throw noSuchValue(secret.name, VersionId, stage);
    return {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: version.id,
      ...(version.text !== null && { SecretString: version.text }),
      ...(version.binary !== null && { SecretBinary: version.binary }),
      VersionStages: version.stages,
      CreatedDate: version.createdAt / 1000,
    };
  }

  #describe({ SecretId }: Input<'DescribeSecret'>): object {
    const { name, arn, createdAt, properties } = this.#find(SecretId);
    const versions = this.#store.versions(name);
    const labelled = versions.filter(({ stages }) => stages.length > 0);
    return {
      ARN: arn,
      Name: name,
      Description: properties.Description,
      KmsKeyId: properties.KmsKeyId,
      Tags: properties.Tags,
      CreatedDate: createdAt / 1000,
      LastChangedDate: (versions[0]?.createdAt ?? createdAt) / 1000,
      ...(labelled.length > 0 && {
        VersionIdsToStages: Object.fromEntries(labelled.map(({ id, stages }) => [id, stages])),
      }),
    };
  }

  #put(input: Input<'PutSecretValue'>): object {
    const { name, arn } = this.#find(input.SecretId);
    const id = input.ClientRequestToken;
    const value = { text: input.SecretString ?? null, binary: input.SecretBinary ?? null };
    const known = this.#store.versions(name).find((version) => version.id === id);
    if (known === undefined) this.#store.put(name, id, value, input.VersionStages, this.#now());
    else if (!isEqual(known, value)) throw changedVersion(id);
    const stages = known?.stages ?? input.VersionStages;
    return { ARN: arn, Name: name, VersionId: id, VersionStages: stages };
  }

  /** A name that is taken is refused, as at AWS. */
  #make({ Name: name, ...input }: Input<'CreateSecret'>): object {
    if (this.#secrets.has(name)) throw nameTaken(name);
    const made = { name, description: input.Description ?? null, key: input.KmsKeyId ?? null };
    this.#store.make(made);
    const { arn } = this.#remember(made);
    const { ClientRequestToken: id, SecretString } = input;
    this.#put({
      SecretId: name,
      ClientRequestToken: id,
      SecretString,
      VersionStages: ['AWSCURRENT'],
    });
    return { ARN: arn, Name: name, VersionId: id };
  }

  #remember({ name, description, key }: Made): Secret {
    const properties = {
      Name: name,
      Description: description ?? undefined,
      KmsKeyId: key ?? undefined,
      Tags: [],
    };
    const createdAt = this.#store.create(name, this.#now());
    const secret = { name, arn: arnOf(this.#context, name), properties, createdAt };
    this.#secrets.set(name, secret);
    this.#made.add(name);
    return secret;
  }

  /** At once and for good; that there is none is as good, as at AWS. The template's stay. */
  #delete({ SecretId }: Input<'DeleteSecret'>): object {
    const secret = this.#known(SecretId);
    const answer = { DeletionDate: this.#now() / 1000 };
    if (secret === undefined) return { ...answer, Name: SecretId };
    const { name, arn } = secret;
    if (!this.#made.has(name)) throw ofTheTemplate(name);
    this.#store.forget(name);
    this.#made.delete(name);
    this.#secrets.delete(name);
    return { ...answer, ARN: arn, Name: name };
  }

  #current(name: string): Version | undefined {
    return this.#store.versions(name).find(({ stages }) => stages.includes('AWSCURRENT'));
  }

  /** A secret by its name, its ARN, or its ARN without the six random characters at the end. */
  #known(id: string): Secret | undefined {
    const secrets = [...this.#secrets.values()];
    const byArn = () => secrets.find(({ arn }) => id === arn || id === arn.slice(0, -7));
    return this.#secrets.get(id) ?? byArn();
  }

  #find(id: string): Secret {
    const known = this.#known(id);
    if (known !== undefined) return known;
    throw new ServiceError(
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret: ${id}. The local region has the template's, and what requests have made.`,
    );
  }

  #now(): number {
    return Math.floor(this.#context.clock.now());
  }
}

/** At AWS the ending is random; here it follows from the name, so that a restart changes no ARN. */
function arnOf({ region, account }: LocalContext, name: string): string {
  const ending = createHash('sha256').update(name).digest('hex').slice(0, 6);
  return `arn:aws:secretsmanager:${region}:${account}:secret:${name}-${ending}`;
}

function isEqual(version: Version, value: SecretValue): boolean {
  return version.text === value.text && version.binary === value.binary;
}
