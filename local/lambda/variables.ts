import type { LocalContext } from '../context.ts';
import { functionCredentials } from '../credentials.ts';
import type { FunctionDefinition } from './definition.ts';

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
  const { accessKeyId, secretAccessKey, sessionToken } = functionCredentials(definition.name);
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
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
