/** Exit codes of the commands that speak with AWS, for pipelines. */
export const exitCodes = {
  failed: 1,
  /** Wrong use, or a region file with mistakes. */
  use: 2,
  /** Something in the account has to be put right first; nothing was changed. */
  preflight: 3,
  /** The stack is busy, or in a state that needs a person. */
  stack: 4,
  smoke: 5,
  interrupted: 130,
} as const;

/** Every reason for which a command stops, and the exit code that it ends with before anything was changed. */
const reasons = {
  'access-denied': exitCodes.preflight,
  'aws-refused': exitCodes.failed,
  'bootstrap-broken': exitCodes.preflight,
  'certificate-unusable': exitCodes.preflight,
  'confirmation-needed': exitCodes.use,
  'credentials-expired': exitCodes.preflight,
  'credentials-missing': exitCodes.preflight,
  'credentials-refused': exitCodes.preflight,
  declined: exitCodes.failed,
  'deletion-failed': exitCodes.failed,
  'deployment-failed': exitCodes.failed,
  'differences-found': exitCodes.failed,
  'endpoint-unreachable': exitCodes.preflight,
  'first-administrator-missing': exitCodes.failed,
  interrupted: exitCodes.interrupted,
  'invalid-secrets-file': exitCodes.use,
  'mail-identity-unverified': exitCodes.preflight,
  'mail-sandboxed': exitCodes.preflight,
  'mail-suspended': exitCodes.preflight,
  'name-unresolved': exitCodes.smoke,
  'name-not-confirmed': exitCodes.use,
  'not-bootstrapped': exitCodes.preflight,
  'quota-too-low': exitCodes.preflight,
  'secret-busy': exitCodes.failed,
  'secret-unusable': exitCodes.failed,
  'several-findings': exitCodes.preflight,
  'stack-absent': exitCodes.stack,
  'stack-broken': exitCodes.stack,
  'stack-busy': exitCodes.stack,
  'truststore-unusable': exitCodes.preflight,
  'would-lose-data': exitCodes.preflight,
  'wrong-options': exitCodes.use,
  'zone-unusable': exitCodes.preflight,
} as const satisfies Readonly<Record<string, number>>;
export type Reason = keyof typeof reasons;

/** One thing that stands in the way, in words for a person: what, where, and what to do next. */
export interface Finding {
  readonly code: Reason;
  readonly text: string;
}

/** A rollout, or another command that speaks with AWS, stops; the text says why and what to do next. */
export class RolloutStopped extends Error {
  override readonly name = 'RolloutStopped';
  readonly code: Reason;
  readonly exitCode: number;
  /** What was found, where several things stand in the way at once. */
  readonly findings: readonly Finding[];

  constructor(
    code: Reason,
    text: string,
    options: { cause?: unknown; exitCode?: number } & Partial<Findings> = {},
  ) {
    super(text, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.findings = options.findings ?? [{ code, text }];
    this.exitCode = options.exitCode ?? reasons[code];
  }

  /** The same once something was changed: the exit code of what comes first would say that nothing was. */
  static halfWay(error: unknown): unknown {
    if (!(error instanceof RolloutStopped) || error.exitCode !== exitCodes.preflight) return error;
    const { code, message, findings } = error;
    const options = { cause: error, exitCode: exitCodes.failed, findings };
    return new RolloutStopped(code, message, options);
  }

  /** All findings at once; a state of the stack decides on the exit code, for nothing else matters before. */
  static of(findings: readonly [Finding, ...Finding[]]): RolloutStopped {
    const [only, ...others] = findings;
    if (others.length === 0) return new RolloutStopped(only.code, only.text);
    const stack = findings.find(({ code }) => reasons[code] === exitCodes.stack);
    const text = findings.map(({ code, text }) => `- ${text} (${code})`).join('\n');
    return new RolloutStopped(stack?.code ?? 'several-findings', text, { findings });
  }
}

interface Findings {
  readonly findings: readonly Finding[];
}
