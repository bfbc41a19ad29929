import type { LocalContext } from '../context.ts';
import { localCredentials } from '../credentials.ts';
import type { FunctionDefinition } from './definition.ts';

/** Set so that an SDK looks no further; S3 knows by them what the region's own functions have signed. */
const LOCAL_CREDENTIALS = {
  AWS_ACCESS_KEY_ID: localCredentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: localCredentials.secretAccessKey,
};

/**
 * What a function finds in `process.env`: what Lambda sets, then the region's own, then the
 * template's. Source: Lambda Developer Guide, "Defined runtime environment variables".
 *
 * @param region - what the local region gives every function, such as `AWS_ENDPOINT_URL`
 * @param template - `Environment.Variables` of the template
 */
export function environmentVariables(
  context: LocalContext,
  definition: Omit<FunctionDefinition, 'variables'>,
  region: Readonly<Record<string, string>>,
  template: Readonly<Record<string, string>>,
): Record<string, string> {
  return {
    ...LOCAL_CREDENTIALS,
    AWS_REGION: context.region,
    AWS_DEFAULT_REGION: context.region,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: definition.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: definition.logStream,
    _HANDLER: 'index.handler',
    ...region,
    ...template,
  };
}
