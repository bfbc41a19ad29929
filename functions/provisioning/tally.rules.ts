import type { Places } from '../enrolment/contract.ts';
import type { MetricName } from '../runtime/metric-names.ts';

/** What a change of a learner's places counts as: places taken and ended, and waits begun. */
export function tallyOf(
  was: Places | undefined,
  is: Places | undefined,
): Readonly<Partial<Record<MetricName, number>>> {
  const [before, after] = [enrolmentsOf(was), enrolmentsOf(is)];
  const counts = {
    PlacesTaken: added(before, after),
    PlacesEnded: added(after, before),
    WaitsBegun: added(waitsOf(was), waitsOf(is)),
  } satisfies Partial<Record<MetricName, number>>;
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}

/** How many the second has that the first has not. */
function added(before: ReadonlySet<string>, after: ReadonlySet<string>): number {
  return [...after].filter((one) => !before.has(one)).length;
}

function enrolmentsOf(places: Places | undefined): Set<string> {
  return new Set(Object.values(places?.places ?? {}).map(({ enrolmentId }) => enrolmentId));
}

/** A wait that was answered and begun anew is another one. */
function waitsOf(places: Places | undefined): Set<string> {
  return new Set(
    Object.entries(places?.waits ?? {}).map(([placeId, { since }]) => `${placeId} ${since}`),
  );
}
