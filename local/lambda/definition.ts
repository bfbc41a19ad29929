/** A function of the template, ready to be run: what its environments need to know. */
export interface FunctionDefinition {
  readonly name: string;
  readonly arn: string;
  /** File URL of the bundle, an ES module that exports `handler`. */
  readonly bundle: string;
  /** Directory in which V8 keeps what it has compiled of bundles; without it each environment compiles anew. */
  readonly compileCache: string | undefined;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  /** How many environments may exist at once; 0 refuses every invocation. */
  readonly maxEnvironments: number;
  readonly logGroup: string;
  readonly logStream: string;
  /** All that its `process.env` holds when an environment starts. */
  readonly variables: Readonly<Record<string, string>>;
}
