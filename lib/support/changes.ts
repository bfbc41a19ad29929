/** A span of a source, and what stands there instead. */
export interface Change {
  readonly start: number;
  readonly end: number;
  readonly instead: string;
}

/** Makes the changes; of those within another one only the outer, and as many line breaks as there were. */
export function changed(source: string, changes: readonly Change[]): string {
  const inOrder = changes.toSorted((a, b) => a.start - b.start || b.end - a.end);
  let at = 0;
  let result = '';
  for (const { start, end, instead } of inOrder) {
    if (start < at) continue;
    const lines = source.slice(start, end).replaceAll(/[^\n]/g, '');
    result += source.slice(at, start) + instead + lines;
    at = end;
  }
  return result + source.slice(at);
}
