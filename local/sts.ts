import type { LocalContext } from './context.ts';
import { localCredentials } from './credentials.ts';
import { QueryForm, queryRefusal, queryReply } from './query.ts';
import {
  type AwsService,
  ServiceError,
  type ServiceReply,
  type ServiceRequest,
} from './service.ts';

const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/';

/** Seconds for which a role is taken unless the caller says. */
const usualDuration = 3600;

/** The local region's Security Token Service: whoever asks is its one user, and may take every role. */
export class Sts implements AwsService {
  readonly target = 'sts';
  readonly speaksQuery = true;
  readonly refusal = queryRefusal;
  readonly #context: LocalContext;

  constructor(context: LocalContext) {
    this.#context = context;
  }

  async answer(operation: string, { body }: ServiceRequest): Promise<ServiceReply> {
    switch (operation) {
      case 'GetCallerIdentity':
        return this.#callerIdentity();
      case 'AssumeRole':
        return this.#assumeRole(new QueryForm(body));
      default:
        throw new ServiceError(
          'InvalidAction',
          `The local region's STS does not answer ${operation}. It answers AssumeRole, GetCallerIdentity.`,
        );
    }
  }

  #callerIdentity(): ServiceReply {
    const { account } = this.#context;
    const Arn = `arn:aws:iam::${account}:user/local`;
    const result = { Arn, UserId: 'AIDALOCAL', Account: account };
    return queryReply('GetCallerIdentity', namespace, result);
  }

  /** Who has taken a role is nobody else than before: what a deployment may do is not held against roles here. */
  #assumeRole(form: QueryForm): ServiceReply {
    const role = form.need('RoleArn');
    const session = form.need('RoleSessionName');
    const seconds = Number(form.text('DurationSeconds') ?? usualDuration);
    // On the machine's clock, which the SDK compares it with, not on the region's.
    const expiration = new Date(Date.now() + seconds * 1000).toISOString();
    const { accessKeyId, secretAccessKey } = localCredentials;
    const arn = role.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/');
    return queryReply('AssumeRole', namespace, {
      Credentials: {
        AccessKeyId: accessKeyId,
        SecretAccessKey: secretAccessKey,
        SessionToken: `session-of-${session}`,
        Expiration: expiration,
      },
      AssumedRoleUser: { AssumedRoleId: `AROALOCAL:${session}`, Arn: `${arn}/${session}` },
    });
  }
}
