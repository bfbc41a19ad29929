import { z } from 'zod';

/** AWS measures the variables as one JSON object. */
const VARIABLES_LIMIT_BYTES = 4096;

/** What Lambda sets itself and refuses in a template. Source: Lambda Developer Guide, "Defined runtime environment variables". */
const RESERVED_VARIABLES: ReadonlySet<string> = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_DEFAULT_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_LAMBDA_RUNTIME_API',
  'AWS_REGION',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'LAMBDA_RUNTIME_DIR',
  'LAMBDA_TASK_ROOT',
]);

const variables = z
  .record(
    z
      .string()
      .regex(/^[a-zA-Z]\w+$/, 'a variable starts with a letter and has two or more of a-z, 0-9, _'),
    z.string(),
  )
  .superRefine((given, issues) => {
    for (const name of Object.keys(given)) {
      if (RESERVED_VARIABLES.has(name)) {
        const message = `${name} is reserved: Lambda sets it and refuses a template that does`;
        issues.addIssue({ code: 'custom', path: [name], message });
      }
    }
    const size = Buffer.byteLength(JSON.stringify(given));
    if (size > VARIABLES_LIMIT_BYTES) {
      const message = `Lambda refuses environment variables above 4 kB; these measure ${size} bytes as JSON: bundle the data instead`;
      issues.addIssue({ code: 'custom', message });
    }
  });

const tags = z.array(z.strictObject({ Key: z.string(), Value: z.string() }));

const logLevel = z.enum(['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']);

/**
 * `AWS::Lambda::Function` as the local region takes it. Keys, architectures, tracing, log
 * settings, dead-letter queues (for asynchronous invocations, which nothing local makes) and
 * temporary storage change nothing on one machine and are accepted as they are.
 */
export const functionProperties = z.strictObject({
  FunctionName: z.string().min(1).max(64).optional(),
  Description: z.string().optional(),
  Runtime: z.literal('nodejs24.x', 'the local region runs nodejs24.x only'),
  Handler: z.literal('index.handler', 'the local region calls index.handler only'),
  Code: z.strictObject({ S3Bucket: z.string(), S3Key: z.string().min(1) }),
  PackageType: z.literal('Zip').optional(),
  Role: z.string(),
  Environment: z.strictObject({ Variables: variables.default({}) }).optional(),
  /** Seconds. */
  Timeout: z.int().min(1).max(900).default(3),
  /** Megabytes. */
  MemorySize: z.int().min(128).max(10_240).default(128),
  ReservedConcurrentExecutions: z.int().min(0).optional(),
  Architectures: z
    .array(z.enum(['arm64', 'x86_64']))
    .length(1)
    .optional(),
  EphemeralStorage: z.strictObject({ Size: z.int().min(512).max(10_240) }).optional(),
  TracingConfig: z.strictObject({ Mode: z.enum(['Active', 'PassThrough']) }).optional(),
  LoggingConfig: z
    .strictObject({
      LogFormat: z.enum(['JSON', 'Text']).optional(),
      ApplicationLogLevel: logLevel.optional(),
      SystemLogLevel: z.enum(['DEBUG', 'INFO', 'WARN']).optional(),
      LogGroup: z.string().optional(),
    })
    .optional(),
  DeadLetterConfig: z.strictObject({ TargetArn: z.string() }).optional(),
  RecursiveLoop: z.enum(['Allow', 'Terminate']).optional(),
  KmsKeyArn: z.string().optional(),
  Layers: z
    .array(z.unknown())
    .max(0, 'layers are not unpacked locally: bundle what the function needs into its asset')
    .optional(),
  Tags: tags.optional(),
});

/** `AWS::Lambda::Permission`: who may invoke. Only the region itself invokes, so it is read and no more. */
export const permissionProperties = z.strictObject({
  Action: z.string(),
  FunctionName: z.string(),
  Principal: z.string(),
  SourceArn: z.string().optional(),
  SourceAccount: z.string().optional(),
});
