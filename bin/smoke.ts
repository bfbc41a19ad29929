import { plainTable } from './plain-table.ts';
import { RolloutStopped } from './rollout/stopped.ts';
import { cleanUp, journey, type Visit } from './smoke-journey.ts';
import { syntheticLogin } from './smoke-learner.ts';
import {
  JourneyEnded,
  recorder,
  type SmokeStep,
  type SmokeStepName,
  smokeSteps,
} from './smoke-steps.ts';
import type { Target } from './target.ts';

export { type SmokeStep, type SmokeStepName, smokeSteps } from './smoke-steps.ts';

/** What the smoke test has to know of the stack, by the names of its outputs. */
export interface SmokeOutputs {
  readonly ApiUrl: string;
  readonly PublicPoolId: string;
}

export interface SmokeOptions {
  readonly target: Pick<Target, 'region' | 'endpoint'>;
  readonly outputs: SmokeOutputs;
  /** Is told of each step as it ends. */
  readonly tell?: (step: SmokeStep) => void;
  /** Ends the journey; what it made is taken away all the same. */
  readonly interrupted?: AbortSignal | undefined;
}

/** How the smoke test went. */
export interface SmokeReport {
  readonly state: 'passed' | 'failed' | 'interrupted';
  /** In the order of `smokeSteps`, each once. */
  readonly steps: readonly SmokeStep[];
  readonly milliseconds: number;
}

/** A region that is deployed does not do what it has to. */
export class SmokeTestFailed extends Error {
  override readonly name = 'SmokeTestFailed';
  readonly code = 'smoke-test-failed';
  readonly exitCode = 5;

  constructor({ steps }: SmokeReport) {
    const failed = steps.filter(({ state }) => state === 'failed');
    const lines = failed.map(({ step, detail }) => `  ${smokeSteps[step]}: ${detail ?? ''}`);
    super(
      [
        'The region is deployed, but the smoke test failed:',
        ...lines,
        'Correct that, then run the rollout again: what is deployed already is not deployed anew.',
      ].join('\n'),
    );
  }
}

/**
 * How many steps a smoke test passed.
 *
 * @throws {SmokeTestFailed} with each step that failed
 * @throws {RolloutStopped} `interrupted`
 */
export function passedIn(report: SmokeReport): number {
  switch (report.state) {
    case 'failed':
      throw new SmokeTestFailed(report);
    case 'interrupted': {
      const text = 'The smoke test was interrupted; what it had made is taken away. Run it again.';
      throw new RolloutStopped('interrupted', text);
    }
    case 'passed':
      return report.steps.filter(({ state }) => state === 'passed').length;
  }
}

/**
 * Lets a synthetic learner go through the real endpoints of a region: signs in, writes and reads a profile, looks at
 * what there is, is refused what it may not do, and is deleted. What it made is gone afterwards, also when a step
 * failed; what a killed run left goes at the beginning of the next. It takes no seat and no quota, asks no registry,
 * mails nobody, and counts as one sign-up in the figures of the day.
 *
 * Logins are made and deleted with the credentials of whoever deploys: `AdminCreateUser`, `AdminSetUserPassword`,
 * `AdminGetUser` and `AdminDeleteUser` on the public pool.
 */
export async function smokeTest(options: SmokeOptions): Promise<SmokeReport> {
  const { target, outputs, interrupted, tell = () => {} } = options;
  const begun = performance.now();
  const recording = recorder(tell);
  const visit: Visit = {
    url: outputs.ApiUrl.replace(/\/+$/, ''),
    region: target.region,
    poolId: outputs.PublicPoolId,
    login: syntheticLogin(target, outputs.PublicPoolId),
    interrupted,
  };
  await untilEnded(journey(visit, recording));
  const done = new Set(recording.steps.map(({ step }) => step));
  for (const name of stepNames) {
    if (!done.has(name) && !atTheEnd.has(name))
      recording.skip(name, 'an earlier step ended the journey');
  }
  await untilEnded(cleanUp(visit, recording));
  const { steps } = recording;
  const failed = steps.some(({ state }) => state === 'failed');
  const state = interrupted?.aborted ? 'interrupted' : failed ? 'failed' : 'passed';
  return { state, steps, milliseconds: Math.round(performance.now() - begun) };
}

// Object.keys of an object literal are its keys.
const stepNames = Object.keys(smokeSteps) as SmokeStepName[];
const atTheEnd: ReadonlySet<SmokeStepName> = new Set(['erase', 'gone']);

/** A failed step is in the record already. */
async function untilEnded(part: Promise<void>): Promise<void> {
  try {
    await part;
  } catch (error) {
    if (!(error instanceof JourneyEnded)) throw error;
  }
}

const marks = { passed: '✓', failed: '✗', skipped: '–' } as const;

/** The report as a table for people. */
export function smokeTable({ steps }: SmokeReport): string {
  const rows = steps.map(({ step, state, milliseconds, answer, detail }) => [
    marks[state],
    smokeSteps[step],
    String(milliseconds),
    answer ?? detail ?? '',
  ]);
  return plainTable(['', 'Step', 'ms', 'Found'], rows, [2]);
}
