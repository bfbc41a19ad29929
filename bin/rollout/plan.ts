import { costInWords, estimateCost } from '../cost.ts';
import { type Target, targetOf } from '../target.ts';
import { type Assembly, assembled } from './assembly.ts';
import {
  type Accepted,
  type Change,
  type Changes,
  describe,
  lostIn,
  summarize,
} from './changes.ts';
import { type Clients, clientsFor } from './clients.ts';
import { agreed } from './consent.ts';
import type { RolloutOptions } from './options.ts';
import { openLocal, type Place } from './place.ts';
import { type Ground, preflight } from './preflight.ts';
import { stepBetween } from './release.ts';
import type { SecretValues } from './secrets-file.ts';
import { RolloutStopped } from './stopped.ts';
import type { Answer, InterruptibleTeller, Teller } from './teller.ts';
import type { Tools } from './toolkit.ts';

/** What a rollout runs with. */
export interface Run {
  readonly teller: InterruptibleTeller;
  readonly interrupted: AbortSignal;
  /** What ends with the command. */
  readonly opened: AsyncDisposableStack;
}

/** All that is known before anything is changed. */
export interface Plan {
  readonly place: Place;
  readonly clients: Clients;
  readonly ground: Ground;
  readonly assembly: Assembly;
  readonly tools: Tools;
  readonly changes: Changes;
  /** What other parties have issued. */
  readonly secrets: SecretValues;
}

/**
 * The steps before anything is changed: preflight, synthesize, diff, confirm.
 *
 * @param secrets - what other parties have issued
 * @throws {DeployedIsNewer}
 */
export async function plan(
  file: string,
  secrets: Plan['secrets'],
  options: RolloutOptions,
  run: Run,
): Promise<Plan> {
  const { teller, interrupted, opened } = run;
  const place = await placeFor(file, options, run);
  const clients = clientsFor(place.target);
  const ground = await look(place, clients, options, run);
  const kept = options.local === true || isOnThisMachine(options.endpoint);
  const assembly = await teller.step('synthesize', () => assembled(file, { kept, interrupted }));
  opened.defer(assembly.free);
  const [{ toolkitFor }, { compare }] = await Promise.all([
    import('./toolkit.ts'),
    import('./deploy.ts'),
  ]);
  const tools = toolkitFor(place.target);
  const changes = await teller.step('diff', async () => {
    const found = await compare(tools, assembly.directory);
    return compared(found, place, ground, options);
  });
  if (!changes.isEmpty) await confirm(changes, place, ground, options, teller);
  return { place, clients, ground, assembly, tools, changes, secrets };
}

async function placeFor(file: string, options: RolloutOptions, run: Run): Promise<Place> {
  const { local, data, port } = options;
  if (!local) return awsPlace(file, options);
  const { interrupted } = run;
  const here = {
    interrupted,
    ...(data !== undefined && { data }),
    ...(port !== undefined && { port }),
  };
  const place = await run.teller.step('start', (progress) => openLocal(file, here, progress));
  run.opened.defer(() => place.stop());
  return place;
}

/** Whether an endpoint is a local region's, such as `ladder start --empty` opens. */
function isOnThisMachine(endpoint: string | undefined): boolean {
  const { hostname } = URL.parse(endpoint ?? '') ?? {};
  return hostname !== undefined && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);
}

/** Milliseconds between two looks at a stack in AWS; more often it answers "Rate exceeded". */
const awsInterval = 3000;

function awsPlace(file: string, { endpoint, profile }: RolloutOptions): Place {
  const target = targetOf(file, {
    ...(endpoint !== undefined && { endpoint }),
    ...(profile !== undefined && { profile }),
  });
  return { target, interval: awsInterval, stop: async () => {} };
}

function look(
  { target, interval }: Place,
  clients: Clients,
  { trial, wait, yes, json, local, bootstrap: wanted }: RolloutOptions,
  { teller }: Run,
): Promise<Ground> {
  return teller.step('preflight', async (progress) => {
    const bootstrap = async (account: string) => {
      const { awsRegion } = target.region.deployment;
      const question = `The account ${account} is not prepared for the CDK in ${awsRegion}. Prepare it (stack CDKToolkit: a bucket and roles)?`;
      if (!wanted && (yes || json || !(await agreed(question, '--bootstrap', false)))) return false;
      const [{ toolkitFor }, { bootstrap: prepare }] = await Promise.all([
        import('./toolkit.ts'),
        import('./deploy.ts'),
      ]);
      await prepare(toolkitFor(target), { account, awsRegion }, progress);
      return true;
    };
    const patience = { most: wait * 60_000, interval };
    // A local region has what the CDK looks for, and no stack of it.
    const renew = wanted === true && local !== true;
    const settings = { trial: trial === true, patience, bootstrap, renew };
    const [{ version }, found] = await Promise.all([
      import('../../lib/version.ts'),
      preflight(target, clients, settings, progress),
    ]);
    const { stack } = found.result;
    if (stack !== undefined) stepBetween(stack.outputs['Version'], version);
    return found;
  });
}

/** @throws {RolloutStopped} `would-lose-data` (edge case 47) */
function compared(
  changes: Changes,
  { target }: Place,
  { stack }: Ground,
  accepted: Accepted,
): Answer<Changes> {
  const lost = lostIn(changes, accepted);
  if (lost.length > 0) throw wouldLose(lost, target);
  const { resources, permissions } = changes;
  const text = stack === undefined ? `a new stack: ${summarize(changes)}` : summarize(changes);
  const cost = estimateCost(target.region);
  const lines = [...describe(changes), costInWords(cost)];
  const facts = { resources, permissions, monthlyCost: cost.total };
  return { result: changes, text, lines, facts };
}

function wouldLose(lost: readonly Change[], { stackName, file }: Target): RolloutStopped {
  const which = lost.map(({ how, type, id }) => `  ${how}: ${type} ${id}`).join('\n');
  const ids = (wanted: Change['how']) =>
    lost.filter(({ how }) => how === wanted).map(({ id }) => id);
  const [unsure, left] = [ids('may replace'), ids('leave')];
  const look = `Of what "may" be replaced a change set in CloudFormation's console says "Replacement: False" where it is harmless: then add --may-replace ${unsure.join(',')}.`;
  const behind = `What the rollout would "leave" stays in AWS, but the region goes on without it: a table that was renamed begins empty. Give it its logical id back; only if the region shall do without that data, add --may-leave ${left.join(',')}.`;
  const text = [
    `This rollout would take away what holds people's data in ${stackName}; nothing was changed:`,
    which,
    `Deploy the release that runs there ("npx ladder status ${file}"), or move the data first: "npx ladder export", then "restore" into a new copy.`,
    ...(unsure.length === 0 ? [] : [look]),
    ...(left.length === 0 ? [] : [behind]),
  ].join('\n');
  return new RolloutStopped('would-lose-data', text);
}

async function confirm(
  changes: Changes,
  { target }: Place,
  { account }: Ground,
  { yes, json, local }: RolloutOptions,
  teller: Teller,
): Promise<void> {
  const { awsRegion } = target.region.deployment;
  const where = `${target.stackName} in account ${account}, ${awsRegion}`;
  await teller.step('confirm', async () => {
    const question = `Deploy ${where} (${summarize(changes)})?`;
    const answer = yes || local || (await agreed(question, '--yes', json === true));
    if (!answer) throw new RolloutStopped('declined', 'Nothing was changed.');
    return { result: undefined, text: yes || local ? `${where}, unasked` : where };
  });
}
