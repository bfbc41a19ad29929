import { ServiceError } from '../../service.ts';

/** An error of DynamoDB's that says more than its message, such as why a transaction was cancelled. */
export class Refusal extends ServiceError {
  readonly more: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, more: Readonly<Record<string, unknown>> = {}) {
    super(code, message);
    this.more = more;
  }
}

export const invalid = (message: string) => new Refusal('ValidationException', message);

/** What is wrong with a parameter of the request, in DynamoDB's words. */
export const invalidParameter = (message: string) =>
  invalid(`One or more parameter values were invalid: ${message}`);

export const notFound = (table: string) =>
  new Refusal(
    'ResourceNotFoundException',
    `Requested resource not found: Table: ${table} not found`,
  );

export const conditionFailed = (more: Readonly<Record<string, unknown>> = {}) =>
  new Refusal('ConditionalCheckFailedException', 'The conditional request failed', more);
