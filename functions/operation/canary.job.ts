import { readEnvironment } from '../runtime/environment.ts';
import { log } from '../runtime/logger.ts';
import { measure } from '../runtime/metric.ts';
import { faultOf, type Probe, probes } from './canary.rules.ts';
import { operationEnvironments } from './contract.ts';
import { ask } from './probe.adapter.ts';

const { API_URL: url } = readEnvironment(operationEnvironments.canary);

/**
 * Asks the API from outside, by its public address, what a region that works answers, one after the other; writes how
 * much of it was wrong. How long that took is the function's own time, which Lambda counts. A fault is a measurement and no
 * error of the function's: one alarm is on the metric, and one on its end.
 */
export async function handler(): Promise<void> {
  let failures = 0;
  for (const probe of probes) {
    if (!(await isAsItShould(probe))) failures += 1;
  }
  measure({ CanaryFailures: failures });
}

async function isAsItShould(probe: Probe): Promise<boolean> {
  const { status, milliseconds } = await ask(`${url}${probe.path}`);
  const fault = faultOf(probe, status);
  if (fault !== undefined) {
    const answered = status === undefined ? {} : { status };
    log.error('canary fails', { route: probe.path, code: fault, milliseconds, ...answered });
  }
  return fault === undefined;
}
