import { readEnvironment } from '../runtime/environment.ts';
import { log } from '../runtime/logger.ts';
import { measure } from '../runtime/metric.ts';
import { faultOf, type Probe, probes } from './canary.rules.ts';
import { operationEnvironments } from './contract.ts';
import { ask } from './probe.adapter.ts';

const { API_URL: url } = readEnvironment(operationEnvironments.canary);

/**
 * Asks the API from outside, by its public address, what a region that works answers, one after the other; writes how
 * long that took and how much of it was wrong. A fault is a measurement and no error of the function's: one alarm is on
 * the metric, and one on its end.
 */
export async function handler(): Promise<void> {
  let [milliseconds, failures] = [0, 0];
  for (const probe of probes) {
    const taken = await tryOut(probe);
    milliseconds += taken.milliseconds;
    if (taken.failed) failures += 1;
  }
  measure({ CanaryFailures: failures, CanaryDuration: milliseconds });
}

async function tryOut(probe: Probe) {
  const { status, milliseconds } = await ask(`${url}${probe.path}`);
  const fault = faultOf(probe, status);
  if (fault !== undefined) {
    const answered = status === undefined ? {} : { status };
    log.error('canary fails', { route: probe.path, code: fault, milliseconds, ...answered });
  }
  return { milliseconds, failed: fault !== undefined };
}
