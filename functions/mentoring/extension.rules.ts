import { Temporal } from 'temporal-polyfill';
import { dayIn, timestamp } from '../../regions/calendar.ts';
import type { Extension, Mentorship } from './mentorship.contract.ts';
import type { Refused, Terms } from './mentorship.rules.ts';
import type { Side } from './words.contract.ts';

/**
 * What becomes of a mentorship for which one side asks for more (row 14): until its last day, and as often as the policy
 * says (edge case 27).
 */
export function askForMore(
  { region, policy, now }: Terms,
  mentorship: Mentorship,
  askedBy: Side,
  reason: string,
): Mentorship | Refused {
  const { state, until, extension, extensions } = mentorship;
  if (state !== 'active' && state !== 'paused') {
    const detail = 'Only a mentorship that goes on can be extended.';
    return { because: 'state', code: 'not-active', detail };
  }
  if (extension?.state === 'asked') {
    const detail = 'An extension has been asked for. A coordinator decides.';
    return { because: 'state', code: 'extension-asked', detail };
  }
  if (policy.extension === undefined || extensions >= policy.extension.times) {
    const times = policy.extension?.times ?? 0;
    const detail = `A mentorship is extended ${times} times at most; this one was ${extensions} times.`;
    return { because: 'rule', code: 'no-extension-left', detail };
  }
  if (until === undefined || dayIn(region, now).toString() > until) {
    const detail = `The last day was ${until}. An extension is asked for by then.`;
    return { because: 'rule', code: 'extension-too-late', detail };
  }
  return { ...mentorship, extension: { state: 'asked', askedAt: timestamp(now), askedBy, reason } };
}

/**
 * What becomes of a mentorship for which a coordinator decides about more. The weeks begin behind its last day; behind
 * today where the decision came later, which the learner shall not pay for.
 */
export function decideMore(
  { region, policy, now }: Terms,
  mentorship: Mentorship,
  outcome: Exclude<Extension['state'], 'asked'>,
): Mentorship | Refused {
  const { extension, budget, until, usedUpAt, ...rest } = mentorship;
  const running = rest.state === 'active' || rest.state === 'paused';
  const more = policy.extension;
  if (extension?.state !== 'asked' || !running || until === undefined || more === undefined) {
    const detail = 'No extension of this mentorship waits for a decision.';
    return { because: 'state', code: 'no-extension-asked', detail };
  }
  const decided = { ...extension, state: outcome };
  if (outcome === 'refused') return { ...mentorship, extension: decided };
  const today = dayIn(region, now).toString();
  const last = Temporal.PlainDate.from(until > today ? until : today);
  return {
    ...rest,
    extension: decided,
    extensions: rest.extensions + 1,
    until: last.add({ weeks: more.weeks }).toString(),
    budget: {
      ...budget,
      granted: budget.granted + more.sessions,
      left: budget.left + more.sessions,
    },
  };
}
