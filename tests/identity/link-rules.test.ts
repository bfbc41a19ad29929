import { describe, expect, it } from 'vitest';
import { Token } from '../../functions/identity/guardian.contract.ts';
import { linkTo } from '../../functions/identity/link.rules.ts';
import { village } from '../runtime/village.ts';

const token = Token.parse('t'.repeat(43));
const apiUrl = 'https://api.village.example';
const withOrigins = (...origins: string[]) =>
  village({ deployment: { ...village().deployment, origins } });

describe('given a mail with a link, when the region', () => {
  it('has web pages, then it leads to the first of them', () => {
    const region = withOrigins('https://learn.village.example', 'http://localhost:5173');
    expect(linkTo(region, apiUrl, 'consent', token)).toBe(
      `https://learn.village.example/consent#${token}`,
    );
  });

  it('has none, then it leads to the reference of the API that was called', () => {
    expect(linkTo(withOrigins(), apiUrl, 'link', token)).toBe(`${apiUrl}/docs#${token}`);
  });
});
