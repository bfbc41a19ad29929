/** What the canary asks for and what a region that works answers. */
export interface Probe {
  readonly path: string;
  readonly status: number;
}

/**
 * Two open routes, the second of which is the largest answer there is, and a closed one: a region that let anybody in
 * there would be worse than one that is down. No row is read, and no quota of Cognito used.
 */
export const probes: readonly Probe[] = [
  { path: '/config', status: 200 },
  { path: '/openapi.json', status: 200 },
  { path: '/me', status: 401 },
];

/**
 * What is wrong with an answer, as a code; undefined where nothing is.
 *
 * @param status - undefined where no answer came
 */
export function faultOf(probe: Probe, status: number | undefined): string | undefined {
  if (status === probe.status) return undefined;
  if (status === undefined) return 'no-answer';
  return probe.status === 401 && status < 400 ? 'open-to-anybody' : 'wrong-status';
}
