import { withBytes } from './document.ts';
import { failureClass, ServiceException } from './failure.ts';
import { jsonFailure } from './json.ts';
import { type ClientOptions, ServiceClient } from './service.ts';
import { each, members } from './shapes.ts';

export class DynamoDBServiceException extends ServiceException {}
export const ConditionalCheckFailedException = failureClass(
  'ConditionalCheckFailedException',
  DynamoDBServiceException,
);
export const TransactionCanceledException = failureClass(
  'TransactionCanceledException',
  DynamoDBServiceException,
);
export const TransactionConflictException = failureClass(
  'TransactionConflictException',
  DynamoDBServiceException,
);

const row = each(withBytes);

const dynamodb = {
  variable: 'DYNAMODB',
  host: 'dynamodb',
  signedAs: 'dynamodb',
  // The SDK's own numbers for this service.
  retries: { maxAttempts: 4, baseDelay: 25 },
  failure: jsonFailure(
    {
      ServiceException: DynamoDBServiceException,
      ConditionalCheckFailedException,
      TransactionCanceledException,
      TransactionConflictException,
    },
    members({ Item: row, CancellationReasons: each(members({ Item: row })) }),
  ),
};

/** What the document client is made of; it asks by the commands of `dynamodb-documents.ts`. */
export class DynamoDBClient extends ServiceClient {
  constructor(options: ClientOptions = {}) {
    super(dynamodb, options);
  }
}
