import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const pages = [...globSync('*.md'), ...globSync('docs/**/*.md')];

/** Lines on which some code between backquotes begins or ends that is not wholly there. */
function broken(page: string): readonly string[] {
  let isFenced = false;
  return readFileSync(page, 'utf8')
    .split('\n')
    .flatMap((line, index) => {
      const isFence = /^\s*```/.test(line);
      if (isFence) isFenced = !isFenced;
      const marks = isFence || isFenced ? 0 : line.split('`').length - 1;
      return marks % 2 === 0 ? [] : [`${page}:${index + 1}: ${line}`];
    });
}

describe('code in a text', () => {
  it('is on one line, so that people can copy and find it', () => {
    expect(pages.length).toBeGreaterThan(40);
    expect(pages.flatMap(broken)).toEqual([]);
  });
});
