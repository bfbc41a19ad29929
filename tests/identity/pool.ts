import { z } from 'zod';
import { type AwsService, ServiceError, type ServiceReply } from '../../local/service.ts';

const Input = z.object({
  AccessToken: z.string().optional(),
  Username: z.string().optional(),
  GroupName: z.string().optional(),
  MessageAction: z.string().optional(),
});

interface StaffLogin {
  readonly sub: string;
  readonly groups: Set<string>;
  /** Whether they have signed in and chosen a password. */
  signedIn: boolean;
}

/** Cognito as far as identity asks it: whose token it is, and who is invited to the staff pool. */
export class Pools implements AwsService {
  readonly target = 'AWSCognitoIdentityProviderService';
  /** Staff logins by address, with their groups. */
  readonly staff = new Map<string, StaffLogin>();
  /** How questions for a login's address are answered; absent: with a verified one. */
  answering:
    | 'unverified'
    | 'NotAuthorizedException'
    | 'UserNotFoundException'
    | 'TooManyRequestsException'
    | undefined;
  /** How many invitations went out by mail. */
  mails = 0;

  async answer(
    operation: string,
    { body }: Parameters<AwsService['answer']>[1],
  ): Promise<ServiceReply> {
    const input = Input.parse(JSON.parse(body.toString()));
    try {
      return reply(200, this.#perform(operation, input));
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return reply(error.status, { __type: error.code, message: error.message });
    }
  }

  #login(token: string) {
    const { answering } = this;
    if (answering !== undefined && answering !== 'unverified')
      throw new ServiceError(answering, 'not now');
    const verified = { Name: 'email_verified', Value: String(answering !== 'unverified') };
    return { Username: token, UserAttributes: [email(`${token}@village.example`), verified] };
  }

  #perform(operation: string, input: z.infer<typeof Input>) {
    const { AccessToken, Username = '', GroupName = '' } = input;
    const known = this.staff.get(Username);
    switch (operation) {
      case 'GetUser':
        return this.#login(AccessToken ?? '');
      case 'AdminCreateUser': {
        if (known !== undefined && input.MessageAction !== 'RESEND')
          throw new ServiceError('UsernameExistsException', 'it is there');
        this.mails += 1;
        if (known !== undefined) return {};
        const sub = `staff-${this.staff.size + 1}`;
        this.staff.set(Username, { sub, groups: new Set(), signedIn: false });
        return { User: { Username, Attributes: [email(Username), { Name: 'sub', Value: sub }] } };
      }
      case 'AdminGetUser':
        return {
          Username,
          UserStatus: known?.signedIn ? 'CONFIRMED' : 'FORCE_CHANGE_PASSWORD',
          UserAttributes: [email(Username), { Name: 'sub', Value: known?.sub }],
        };
      case 'AdminAddUserToGroup':
        known?.groups.add(GroupName);
        return {};
      case 'AdminRemoveUserFromGroup':
        known?.groups.delete(GroupName);
        return {};
      case 'AdminListGroupsForUser':
        return { Groups: [...(known?.groups ?? [])].map((group) => ({ GroupName: group })) };
      default:
        throw new ServiceError('UnknownOperationException', operation);
    }
  }
}

const email = (Value: string) => ({ Name: 'email', Value });

function reply(status: number, body: object): ServiceReply {
  const headers = { 'content-type': 'application/x-amz-json-1.1' };
  return { status, headers, body: JSON.stringify(body) };
}
