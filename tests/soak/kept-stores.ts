import {
  CognitoIdentityProviderClient,
  ListUsersCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';

/** What `ladder destroy` lists as holding data. */
export const Stores = z.array(
  z.object({
    type: z.enum(['AWS::DynamoDB::Table', 'AWS::Cognito::UserPool', 'AWS::S3::Bucket']),
    id: z.string().min(1),
  }),
);
type Store = z.infer<typeof Stores>[number];

/** Which of some stores of data are there, as an AWS says that is asked directly. */
export async function thereOf(stores: readonly Store[], endpoint: string): Promise<Store[]> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const settings = { endpoint, credentials, region: 'ap-northeast-2', maxAttempts: 1 };
  const dynamodb = new DynamoDBClient(settings);
  const cognito = new CognitoIdentityProviderClient(settings);
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  const ask = ({ type, id }: Store): Promise<unknown> => {
    switch (type) {
      case 'AWS::DynamoDB::Table':
        return dynamodb.send(new DescribeTableCommand({ TableName: id }));
      case 'AWS::Cognito::UserPool':
        return cognito.send(new ListUsersCommand({ UserPoolId: id, Limit: 1 }));
      case 'AWS::S3::Bucket':
        return s3.send(new ListObjectVersionsCommand({ Bucket: id }));
    }
  };
  const there = await Promise.all(stores.map((store) => ask(store).then(() => true, isThere)));
  for (const client of [dynamodb, cognito, s3]) client.destroy();
  return stores.filter((_, index) => there[index]);
}

/** @throws what is another error than that of something that is gone */
function isThere(error: unknown): false {
  const gone = ['ResourceNotFoundException', 'NoSuchBucket'];
  if (error instanceof Error && gone.includes(error.name)) return false;
  throw error;
}
