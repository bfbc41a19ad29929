import { ACMClient } from '@aws-sdk/client-acm';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { Route53Client } from '@aws-sdk/client-route-53';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import type { Target } from '../target.ts';

/** The services of AWS that a rollout asks itself; the rest the CDK's toolkit asks. */
export type Clients = ReturnType<typeof clientsFor>;

/**
 * Clients for a target's AWS region. Where they send requests to and whose they are is in the environment, where
 * `targetOf` has put it; each makes its connections when it is first asked.
 */
export function clientsFor({ region }: Pick<Target, 'region'>) {
  const settings = { region: region.deployment.awsRegion };
  // Buckets are in the host's name at AWS, which an address such as 127.0.0.1 has no room for.
  const inPath = { ...settings, forcePathStyle: process.env['AWS_ENDPOINT_URL'] !== undefined };
  return {
    sts: new STSClient(settings),
    ssm: new SSMClient(settings),
    cloudFormation: new CloudFormationClient(settings),
    ses: new SESv2Client(settings),
    quotas: new ServiceQuotasClient(settings),
    lambda: new LambdaClient(settings),
    s3: new S3Client(inPath),
    secrets: new SecretsManagerClient(settings),
    cognito: new CognitoIdentityProviderClient(settings),
    cloudWatch: new CloudWatchClient(settings),
    route53: new Route53Client(settings),
    acm: new ACMClient(settings),
    // CloudFront takes certificates from there only, wherever the region is.
    acmOfCloudFront: new ACMClient({ region: 'us-east-1' }),
    dynamodb: new DynamoDBClient(settings),
  };
}
