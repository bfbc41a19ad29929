import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import * as cognito from '@aws-sdk/client-cognito-identity-provider';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as lambda from '@aws-sdk/client-lambda';
import * as s3 from '@aws-sdk/client-s3';
import * as secrets from '@aws-sdk/client-secrets-manager';
import * as ses from '@aws-sdk/client-sesv2';
import * as sqs from '@aws-sdk/client-sqs';
import * as documents from '@aws-sdk/lib-dynamodb';
import * as post from '@aws-sdk/s3-presigned-post';
import * as presigner from '@aws-sdk/s3-request-presigner';
import * as util from '@aws-sdk/util-dynamodb';
import * as ownCloudwatch from '../../clients/cloudwatch.ts';
import * as ownCognito from '../../clients/cognito.ts';
import * as ownDynamodb from '../../clients/dynamodb.ts';
import * as ownDocuments from '../../clients/dynamodb-documents.ts';
import * as ownUtil from '../../clients/dynamodb-rows.ts';
import * as ownLambda from '../../clients/lambda.ts';
import * as ownS3 from '../../clients/s3.ts';
import * as ownPresigner from '../../clients/s3-address.ts';
import * as ownPost from '../../clients/s3-form.ts';
import * as ownSecrets from '../../clients/secrets.ts';
import * as ownSes from '../../clients/ses.ts';
import * as ownSqs from '../../clients/sqs.ts';

/** The packages of the AWS SDK that functions import. */
export const sdk = {
  cloudwatch,
  cognito,
  dynamodb,
  lambda,
  s3,
  secrets,
  ses,
  sqs,
  documents,
  post,
  presigner,
  util,
};
export type Packages = typeof sdk;

/** What stands in their place in a bundle; of their exports it has those that functions use, which is why it is no less of a type. */
export const own = {
  cloudwatch: ownCloudwatch,
  cognito: ownCognito,
  dynamodb: ownDynamodb,
  lambda: ownLambda,
  s3: ownS3,
  secrets: ownSecrets,
  ses: ownSes,
  sqs: ownSqs,
  documents: ownDocuments,
  post: ownPost,
  presigner: ownPresigner,
  util: ownUtil,
} as unknown as Packages;
