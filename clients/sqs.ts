import { ServiceException } from './failure.ts';
import { jsonFailure, jsonOperations } from './json.ts';
import { type ClientOptions, ServiceClient } from './service.ts';
import { withoutNulls } from './shapes.ts';

export class SQSServiceException extends ServiceException {}

const sqs = {
  variable: 'SQS',
  host: 'sqs',
  signedAs: 'sqs',
  failure: jsonFailure({ ServiceException: SQSServiceException }),
};

export class SQSClient extends ServiceClient {
  constructor(options: ClientOptions) {
    super(sqs, options);
  }
}

const operation = jsonOperations('1.0', 'AmazonSQS', withoutNulls);

export const ChangeMessageVisibilityBatchCommand = operation('ChangeMessageVisibilityBatch');
export const ChangeMessageVisibilityCommand = operation('ChangeMessageVisibility');
export const GetQueueAttributesCommand = operation('GetQueueAttributes');
export const ListMessageMoveTasksCommand = operation('ListMessageMoveTasks');
export const ReceiveMessageCommand = operation('ReceiveMessage');
export const SendMessageCommand = operation('SendMessage');
export const StartMessageMoveTaskCommand = operation('StartMessageMoveTask');
