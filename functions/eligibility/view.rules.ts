import type { Application, OwnApplication } from './contract.ts';

/**
 * An application as its learner may see it. That another's application resembles it is not told: whether
 * someone takes part in a welfare programme is known to nobody by guessing their name and birthday.
 */
export function shownToLearner(application: Application): OwnApplication {
  const { claim, resembles, lot, reminded, profileVersion, monthsUntil, ...rest } = application;
  const { request, ...own } = rest;
  const hidden = own.waitingFor === 'resemblance' ? { waitingFor: 'officer-group' as const } : {};
  if (request === undefined) return { ...own, ...hidden };
  const { before, ...asked } = request;
  return { ...own, ...hidden, request: asked };
}
