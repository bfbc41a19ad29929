import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { stepBetween } from '../../bin/rollout/release.ts';
import { version } from '../../lib/version.ts';

const text = readFileSync('CHANGELOG.md', 'utf8');
const told = [...text.matchAll(/^## (\S+)$/gm)].map(([, release]) => release);

describe('given the release that is being made', () => {
  it('then the changes begin with it', () => {
    expect(told[0]).toBe(version.replace(/\+.*/, ''));
  });

  it('then it is above the one that is kept, of which the changes tell, too', () => {
    const kept = globSync('tests/upgrade/release-*.tar.zst').map(
      (file) => /release-(.+)\.tar\.zst$/.exec(file)?.[1],
    );
    expect(told.slice(1)).toEqual(expect.arrayContaining(kept));
    for (const release of kept) {
      expect(stepBetween(release, version).from).toBe(release);
      expect(version.startsWith(`${release}+`)).toBe(false);
    }
    expect(kept.length).toBeGreaterThan(0);
  });

  it('then what the changes link to is there', () => {
    const links = [...text.matchAll(/\]\(([^)#]+)/g)].map(([, link = '']) => link);
    expect(links.filter((link) => !existsSync(link))).toEqual([]);
  });
});
