import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { Target } from '../target.ts';
import { asking } from './asking.ts';
import { bootstrapOf } from './bootstrapped.ts';
import type { Clients } from './clients.ts';
import { domainFindings } from './domain.ts';
import { mailFindings } from './mail.ts';
import { quotaFindings } from './quotas.ts';
import { type DeployedStack, describeStack, findingOf, type Patience, settled } from './stack.ts';
import { type Finding, type Reason, RolloutStopped } from './stopped.ts';
import type { Answer, Progress } from './teller.ts';

/** What a rollout knows of the account before it changes anything. */
export interface Ground {
  readonly account: string;
  /** As it is before; undefined when there is none. */
  readonly stack: DeployedStack | undefined;
}

export interface PreflightOptions {
  /** Takes a sandboxed SES and small quotas as they are. */
  readonly trial: boolean;
  readonly patience: Patience;
  /** Bootstraps also an account that is: an old one is renewed, another one is left as it is by the CDK. */
  readonly renew: boolean;
  /** Bootstraps the account for the CDK, if whoever runs this wants that; tells whether it did. */
  readonly bootstrap: (account: string) => Promise<boolean>;
}

/** What a trial may do without. */
const forgiven: readonly Reason[] = ['mail-sandboxed', 'quota-too-low'];

/**
 * Looks whether the account is fit for the region. Nothing is changed, unless bootstrapping it was agreed to.
 *
 * @throws {RolloutStopped} with all that stands in the way at once
 */
export async function preflight(
  target: Target,
  clients: Clients,
  options: PreflightOptions,
  progress: Progress,
): Promise<Answer<Ground>> {
  const { Account: account = '', Arn: caller = '' } = await asking('asking who you are', () =>
    clients.sts.send(new GetCallerIdentityCommand({})),
  );
  const { awsRegion } = target.region.deployment;
  progress(`account ${account} as ${caller}`, { account, caller });
  const read = () => describeStack(clients.cloudFormation, target.stackName);
  const [stack, prepared, mail, quotas, domain] = await together([
    asking('looking at the stack', () => settled(read, options.patience, progress)),
    asking("looking for the CDK's bootstrap", () => bootstrapOf(clients, account, awsRegion)),
    asking('looking at Amazon SES', () => mailFindings(clients, target.region)),
    asking('looking at quotas', () => quotaFindings(clients, target.region)),
    asking("looking at the API's own name", () =>
      domainFindings(clients, target.region, target.endpoint !== undefined),
    ),
  ] as const);
  const state = findingOf(stack, target);
  const found = [
    ...(state === undefined ? [] : [state]),
    ...(typeof prepared === 'string' ? [] : [prepared]),
    ...mail,
    ...quotas,
    ...domain.findings,
  ];
  const refusing = found.filter(({ code }) => !(options.trial && forgiven.includes(code)));
  // Offered only when nothing else stands in the way: it is the one thing here that changes the account.
  const bootstrapping = refusing.length === 0 && (options.renew || prepared === 'absent');
  const ready = (bootstrapping && (await options.bootstrap(account))) || prepared !== 'absent';
  const [first, ...others] = [...refusing, ...(ready ? [] : [unbootstrapped(account, awsRegion)])];
  if (first !== undefined) throw RolloutStopped.of([first, ...others]);
  const notes = [...found.map(({ text }) => `as a trial: ${text}`), ...domain.notes];
  const text = `account ${account} in ${awsRegion}, ${stack === undefined ? 'no stack yet' : `stack ${target.stackName} in ${stack.status}`}`;
  return { result: { account, stack }, text, lines: notes, facts: { account, awsRegion } };
}

function unbootstrapped(account: string, region: string): Finding {
  const text = `The account ${account} is not prepared for the CDK in ${region}. Run the same command with --bootstrap, which makes the stack CDKToolkit with a bucket and roles; whoever runs it may make roles there.`;
  return { code: 'not-bootstrapped', text };
}

/** All of several questions; refused ones are told together, for to put one right and meet the next helps nobody. */
async function together<T extends readonly Promise<unknown>[]>(
  questions: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const settledOnes = await Promise.allSettled(questions);
  const reasons = settledOnes.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  const ours = reasons.filter((reason) => reason instanceof RolloutStopped);
  const [fault] = reasons.filter((reason) => !(reason instanceof RolloutStopped));
  if (fault !== undefined) throw fault;
  const [first, ...others] = ours.flatMap(({ findings }) => findings);
  if (first !== undefined) throw RolloutStopped.of([first, ...others]);
  const values = settledOnes.map((one) => (one.status === 'fulfilled' ? one.value : undefined));
  // All are fulfilled by here, in the order in which they were asked.
  return values as { -readonly [K in keyof T]: Awaited<T[K]> };
}
