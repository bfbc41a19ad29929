import { failureClass, ServiceException } from './failure.ts';
import { jsonFailure, jsonOperations } from './json.ts';
import { type ClientOptions, type Fields, ServiceClient } from './service.ts';
import { each, members, toDate, withoutNulls } from './shapes.ts';

export class CognitoIdentityProviderServiceException extends ServiceException {}
const failure = (name: string) => failureClass(name, CognitoIdentityProviderServiceException);
export const NotAuthorizedException = failure('NotAuthorizedException');
export const TooManyRequestsException = failure('TooManyRequestsException');
export const UserNotFoundException = failure('UserNotFoundException');
export const UsernameExistsException = failure('UsernameExistsException');

export const DeliveryMediumType = { EMAIL: 'EMAIL', SMS: 'SMS' } as const;

const cognito = {
  variable: 'COGNITO_IDENTITY_PROVIDER',
  host: 'cognito-idp',
  signedAs: 'cognito-idp',
  failure: jsonFailure({
    ServiceException: CognitoIdentityProviderServiceException,
    NotAuthorizedException,
    TooManyRequestsException,
    UserNotFoundException,
    UsernameExistsException,
  }),
};

export class CognitoIdentityProviderClient extends ServiceClient {
  constructor(options: ClientOptions) {
    super(cognito, options);
  }
}

const operation = jsonOperations('1.1', 'AWSCognitoIdentityProviderService', withoutNulls);
const user = members({ UserCreateDate: toDate, UserLastModifiedDate: toDate });

export const AdminAddUserToGroupCommand = operation('AdminAddUserToGroup');
export const AdminCreateUserCommand = operation('AdminCreateUser', {
  output: members({ User: user }),
});
export const AdminDeleteUserCommand = operation('AdminDeleteUser');
export const AdminGetUserCommand = operation('AdminGetUser', { output: user });
export const AdminListGroupsForUserCommand = operation('AdminListGroupsForUser', {
  output: members({ Groups: each(members({ CreationDate: toDate, LastModifiedDate: toDate })) }),
});
export const AdminRemoveUserFromGroupCommand = operation('AdminRemoveUserFromGroup');
export const AdminUserGlobalSignOutCommand = operation('AdminUserGlobalSignOut');
export const GetUserCommand = operation('GetUser');
export const ListUsersCommand = operation('ListUsers', { output: members({ Users: each(user) }) });

interface Paging {
  readonly client: CognitoIdentityProviderClient;
  readonly pageSize?: number;
}

/** All pages of an operation, asked for as they are read. */
function pagesOf(Command: typeof ListUsersCommand, token: string) {
  return async function* ({ client, pageSize }: Paging, input: object): AsyncGenerator<Fields> {
    let next: unknown;
    do {
      const page = await client.send(
        new Command({ ...input, ...(pageSize && { Limit: pageSize }), [token]: next }),
      );
      yield page;
      next = page[token];
    } while (next);
  };
}

export const paginateListUsers = pagesOf(ListUsersCommand, 'PaginationToken');
export const paginateAdminListGroupsForUser = pagesOf(AdminListGroupsForUserCommand, 'NextToken');
