import type { Finding } from '../fault.ts';
import type { Intake } from '../schema.ts';
import type { Sections } from '../sections.ts';

// Days and local times of one form compare as texts do.

/** A contract that ends before it begins could never be used. */
export function contractDays({ providers = [] }: Sections): Finding[] {
  return providers.flatMap(({ contract: { from, until } }, i) =>
    until === undefined || until >= from
      ? []
      : [
          {
            path: ['providers', i, 'contract', 'until'],
            problem: `is before "from" (${from})`,
            remedy: 'write that day or a later one, or remove it if there is no end',
          },
        ],
  );
}

/** An intake closes after it opens; `closes` itself is the first moment that is too late. */
export function intakeLengths({ intakes = [] }: Sections): Finding[] {
  return intakes.flatMap(({ opens, closes }, i) =>
    closes === undefined || closes > opens
      ? []
      : [
          {
            path: ['intakes', i, 'closes'],
            problem: `is not after "opens" (${opens})`,
            remedy: 'write a later time, or remove it to leave the intake open',
          },
        ],
  );
}

/**
 * Each moment belongs to one intake at most for anyone; one may open in the moment that another closes. Two for
 * different areas or groups do not meet.
 */
export function intakeOverlaps({ intakes = [] }: Sections): Finding[] {
  const sorted = intakes
    .map((intake, index): Numbered => ({ ...intake, index }))
    .sort((a, b) => (a.opens === b.opens ? a.index - b.index : a.opens < b.opens ? -1 : 1));
  const told = new Set<number>();
  return sorted.flatMap((next, position) => {
    const met = sorted.slice(0, position).filter((earlier) => meet(earlier, next));
    const endless = met.filter(({ closes, index }) => closes === undefined && !told.has(index));
    for (const { index } of endless) told.add(index);
    const longest = met
      .filter(({ closes }) => closes !== undefined && next.opens < closes)
      .sort((a, b) => (b.closes ?? '').localeCompare(a.closes ?? ''))[0];
    return [
      ...endless.map((open) => neverCloses(open, next)),
      ...(longest === undefined ? [] : [opensTooEarly(next, longest)]),
    ];
  });
}

/** Whether someone may belong to both: of an area and a group that both are for. */
function meet(one: Intake, other: Intake): boolean {
  return shareAny(one.areas, other.areas) && shareAny(one.groups, other.groups);
}

function shareAny<Id>(some: readonly Id[] | undefined, others: readonly Id[] | undefined): boolean {
  return some === undefined || others === undefined || some.some((id) => others.includes(id));
}

type Numbered = Intake & { readonly index: number };

function neverCloses({ index }: Numbered, next: Numbered): Finding {
  return {
    path: ['intakes', index, 'closes'],
    problem: `is missing, although intakes[${next.index}] opens at ${next.opens}`,
    remedy: 'add a time not after that, only the last intake may stay open',
  };
}

function opensTooEarly({ index }: Numbered, open: Numbered): Finding {
  return {
    path: ['intakes', index, 'opens'],
    problem: `is before intakes[${open.index}] closes (${open.closes})`,
    remedy: 'move one of them, or say with "areas" or "groups" that each is for others',
  };
}
