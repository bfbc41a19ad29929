import { setTimeout as sleep } from 'node:timers/promises';

/** What the smoke test does, in this order; names are stable, for pipelines. */
export const smokeSteps = {
  reach: 'The API answers and is this region',
  reference: 'The reference describes it',
  strangers: 'Nobody gets in without a token',
  leftovers: 'What an earlier run left is gone',
  login: 'A login for a synthetic learner',
  'sign-in': 'The learner signs in',
  profile: 'The learner writes a profile',
  'read-back': 'The profile reads as written',
  offers: 'Providers and places are shown',
  'no-place': 'No place without an approval',
  'staff-only': 'What is for staff is closed',
  erase: 'The learner is deleted',
  gone: 'Nothing signs in any more',
} as const;
export type SmokeStepName = keyof typeof smokeSteps;

/** Why a step failed: nothing answered, something answered otherwise than it has to, or it took too long. */
export type SmokeCode = 'smoke-unreachable' | 'smoke-differs' | 'smoke-refused' | 'smoke-timeout';

/** How a step went. No field has personal data: the learner is made up, and only ids and codes are told. */
export interface SmokeStep {
  readonly step: SmokeStepName;
  readonly state: 'passed' | 'failed' | 'skipped';
  readonly milliseconds: number;
  /** What it found, for people. */
  readonly answer?: string;
  readonly code?: SmokeCode;
  /** What is wrong, and what to do. */
  readonly detail?: string;
}

/** A step did not find what it has to. */
export class SmokeStepFailed extends Error {
  override readonly name = 'SmokeStepFailed';
  readonly code: SmokeCode;

  /** @param detail - what is wrong, where, and what to do next */
  constructor(code: SmokeCode, detail: string) {
    super(detail);
    this.code = code;
  }
}

/** The journey ends here: a step of it has failed and is recorded, or it was interrupted. */
export class JourneyEnded extends Error {
  override readonly name = 'JourneyEnded';
}

/** Does steps, times them, tells of each as it ends, and keeps them. */
export interface Recorder {
  readonly steps: readonly SmokeStep[];
  /**
   * @param act - gets a signal that is aborted when nobody waits for it any more
   * @throws {JourneyEnded} when it fails, takes longer than `patience`, or is interrupted
   */
  step<T>(
    name: SmokeStepName,
    act: (over: AbortSignal) => Promise<T>,
    answer: (result: T) => string,
    options?: StepOptions,
  ): Promise<T>;
  skip(name: SmokeStepName, why: string): void;
}

interface StepOptions {
  /** Lets no further step begin when it is aborted; what cleans up has none. */
  readonly interrupted?: AbortSignal | undefined;
  /** Milliseconds that it may take. */
  readonly patience?: number;
}

/** Milliseconds that a step may take: more than the slowest cold start of the first request after a deployment. */
const patient = 30_000;

export function recorder(tell: (step: SmokeStep) => void): Recorder {
  const steps: SmokeStep[] = [];
  const record = (step: SmokeStep) => {
    steps.push(step);
    tell(step);
  };
  return {
    steps,
    skip: (step, why) => record({ step, state: 'skipped', milliseconds: 0, answer: why }),
    step: async (step, act, answer, { interrupted, patience = patient } = {}) => {
      const begun = performance.now();
      const milliseconds = () => Math.round(performance.now() - begun);
      try {
        const result = await within(act, patience, interrupted);
        record({ step, state: 'passed', milliseconds: milliseconds(), answer: answer(result) });
        return result;
      } catch (error) {
        if (interrupted?.aborted) throw new JourneyEnded('interrupted');
        record({ step, state: 'failed', milliseconds: milliseconds(), ...explained(error) });
        throw new JourneyEnded(step);
      }
    },
  };
}

/** Does something at most so long. An interruption waits for it: what is half done could not be taken away. */
async function within<T>(
  act: (over: AbortSignal) => Promise<T>,
  milliseconds: number,
  interrupted: AbortSignal | undefined,
): Promise<T> {
  interrupted?.throwIfAborted();
  const over = new AbortController();
  const signal =
    interrupted === undefined ? over.signal : AbortSignal.any([over.signal, interrupted]);
  const late = sleep(milliseconds, undefined, { signal: over.signal }).then(() => {
    const detail = `It took more than ${milliseconds / 1000} s. The logs of the functions say what is slow; then run it again.`;
    throw new SmokeStepFailed('smoke-timeout', detail);
  });
  try {
    return await Promise.race([act(signal), late]);
  } finally {
    over.abort();
  }
}

/** An error as a step tells it; AWS's and the network's own messages name services and hosts, and no person. */
function explained(error: unknown): Pick<SmokeStep, 'code' | 'detail'> {
  if (error instanceof SmokeStepFailed) return { code: error.code, detail: error.message };
  if (!(error instanceof Error)) return { code: 'smoke-refused', detail: String(error) };
  const reason =
    error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
  // What fetch throws where nothing answers (WHATWG Fetch, "network error").
  const code = error instanceof TypeError ? 'smoke-unreachable' : 'smoke-refused';
  return { code, detail: `${error.name}: ${reason}` };
}
