import { z } from 'zod';

/** A policy writes a list of one without the list. */
const texts = z
  .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
  .transform((given) => [given].flat());

const Statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.literal('Allow', 'the local region knows statements that allow, and no others'),
  Action: texts,
  Resource: texts,
});
export type Statement = z.output<typeof Statement>;

/**
 * What a role's policy may say here. Conditions, `Deny`, `NotAction` and `NotResource` would be a decision that the local
 * region does not make, so they stop the boot.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export const PolicyDocument = z.strictObject({
  Version: z.literal('2012-10-17').optional(),
  Id: z.string().optional(),
  Statement: z
    .union([Statement, z.array(Statement).min(1)])
    .transform((given): readonly Statement[] => [given].flat()),
});

/** The resources on which one action is allowed. */
interface Reach {
  readonly named: ReadonlySet<string>;
  readonly patterns: readonly RegExp[];
}

/** What a role allows, looked up by action: a request is judged by two hash look-ups where ARNs have no wildcard. */
export class Grants {
  readonly #statements: readonly Statement[];
  /** By action, as it was asked for; there are as many as functions have calls in their code. */
  readonly #reach = new Map<string, Reach>();

  constructor(statements: readonly Statement[]) {
    this.#statements = statements;
  }

  /**
   * @param action - such as `dynamodb:GetItem`, in letters of any size
   * @param resource - an ARN, or `*` for an action that knows no resources
   */
  allows(action: string, resource: string): boolean {
    const { named, patterns } = this.#reachOf(action);
    return named.has(resource) || patterns.some((pattern) => pattern.test(resource));
  }

  #reachOf(action: string): Reach {
    const known = this.#reach.get(action);
    if (known !== undefined) return known;
    const resources = this.#statements
      .filter(({ Action }) => Action.some((one) => wildcard(one, 'i').test(action)))
      .flatMap(({ Resource }) => Resource);
    const isPattern = (arn: string) => /[*?]/.test(arn);
    const reach = {
      named: new Set(resources.filter((arn) => !isPattern(arn))),
      patterns: resources.filter(isPattern).map((arn) => wildcard(arn, '')),
    };
    this.#reach.set(action, reach);
    return reach;
  }
}

/** `*` is any text, also none and with slashes; `?` is any one character. */
function wildcard(written: string, flags: '' | 'i'): RegExp {
  const escaped = written.replace(/[\\^$+.()|[\]{}]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, `s${flags}`);
}
