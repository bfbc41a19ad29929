import { z } from 'zod';
import type { AwsService, ServiceReply } from '../../local/service.ts';

const Input = z.object({ Username: z.string() });

/** The public pool, as far as privacy asks it: addresses of logins, their deletion, and faults on demand. */
export class LoginPool implements AwsService {
  readonly target = 'AWSCognitoIdentityProviderService';
  readonly gone = new Set<string>();
  away = false;

  async answer(
    operation: string,
    { body }: Parameters<AwsService['answer']>[1],
  ): Promise<ServiceReply> {
    const { Username } = Input.parse(JSON.parse(body.toString()));
    if (this.away) return reply(500, { __type: 'InternalErrorException' });
    if (this.gone.has(Username)) return reply(400, { __type: 'UserNotFoundException' });
    if (operation === 'AdminDeleteUser') this.gone.add(Username);
    const UserAttributes = [
      { Name: 'email', Value: `${Username}@village.example` },
      { Name: 'email_verified', Value: 'true' },
    ];
    return reply(200, operation === 'AdminGetUser' ? { Username, UserAttributes } : {});
  }
}

const reply = (status: number, body: object): ServiceReply => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: JSON.stringify(body),
});
