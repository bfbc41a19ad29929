import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';

/** The parts of AWS that hold what a region knows. */
export interface Clients {
  readonly cloudFormation: CloudFormationClient;
  readonly cognito: CognitoIdentityProviderClient;
  readonly dynamodb: DynamoDBClient;
  readonly lambda: LambdaClient;
  readonly s3: S3Client;
}

/** Where AWS is, when the environment does not say. */
export interface AwsPlace {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/**
 * The clients of a command. What is throttled is tried again for as long as a person would: Cognito makes some fifty
 * logins a second.
 *
 * @param place - undefined: where the environment says (`targetOf`)
 */
export function openClients(place?: AwsPlace): Clients {
  const patient = { maxAttempts: 10, retryMode: 'adaptive', ...place };
  const elsewhere = place !== undefined || process.env['AWS_ENDPOINT_URL'] !== undefined;
  return {
    cloudFormation: new CloudFormationClient(patient),
    cognito: new CognitoIdentityProviderClient(patient),
    dynamodb: new DynamoDBClient(patient),
    lambda: new LambdaClient(patient),
    // Names of buckets are no host names anywhere but at AWS.
    s3: new S3Client({ ...patient, forcePathStyle: elsewhere }),
  };
}
