import { functionsOf, type Invoked } from '../runtime/functions.ts';

/** What shows and erases what one capability keeps, by the name of its function here. */
export const keepers = ['mentoring', 'eligibility', 'enrolment'] as const;
export type Keeper = (typeof keepers)[number];

/** All that keepers were asked, in order. */
export const asked: { readonly keeper: Keeper; readonly event: unknown }[] = [];
/** What stands in the place of keepers for a while. */
const stand = new Map<Keeper, Invoked>();

/** Has somebody else answer for a keeper while something is done. */
export async function instead<Done>(
  keeper: Keeper,
  other: Invoked,
  work: () => Promise<Done>,
): Promise<Done> {
  stand.set(keeper, other);
  try {
    return await work();
  } finally {
    stand.delete(keeper);
  }
}

/** Lambda with the keepers, or whoever stands in the place of one. */
export function lambdaOf(handlerOf: (keeper: Keeper) => Invoked) {
  const invokedAs =
    (keeper: Keeper): Invoked =>
    (event) => {
      asked.push({ keeper, event });
      return (stand.get(keeper) ?? handlerOf(keeper))(event);
    };
  return functionsOf(Object.fromEntries(keepers.map((name) => [name, invokedAs(name)])));
}
