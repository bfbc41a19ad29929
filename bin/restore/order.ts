import { type Capability, rowKinds } from '../export/ownership.ts';

/** What is loaded once all that its rows act on is there. */
const last: Capability = 'privacy';

/**
 * The order in which a new copy's tables are filled, whatever order an export names them in: as `rowKinds` has them, and
 * deletions after all tables and the papers: a deletion that goes on in a copy that is half there would find nothing to
 * delete, and call itself done (edge case 37).
 */
export function inOrder<Table extends { readonly capability: Capability }>(
  tables: readonly Table[],
): { readonly beforePapers: readonly Table[]; readonly afterPapers: readonly Table[] } {
  const names = Object.keys(rowKinds);
  const ordered = tables.toSorted(
    (a, b) => names.indexOf(a.capability) - names.indexOf(b.capability),
  );
  return {
    beforePapers: ordered.filter(({ capability }) => capability !== last),
    afterPapers: ordered.filter(({ capability }) => capability === last),
  };
}
