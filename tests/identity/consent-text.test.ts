import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { identityModule } from '../../lib/identity-module.ts';
import { Language } from '../../regions/schema.ts';
import { village } from '../runtime/village.ts';

const languages = readdirSync('functions/notices/texts').map((file) =>
  Language.parse(file.replace('.yaml', '')),
);
const named = (words: string) =>
  Object.fromEntries(languages.map((language) => [language, `${words} ${language}`]));

describe('what a guardian consents to', () => {
  const region = village({ languages, name: named('Village') });
  const { version, text } = identityModule(region);

  it.each(languages)('is written in %s, and names the region as the language does', (language) => {
    expect(text[language]).toContain(`Village ${language}`);
    expect(text[language]).not.toMatch(/[{}]|undefined/);
    expect(version).not.toBe('');
  });

  it('is in the bundle in the languages of the region, and in no other', () => {
    const korean = village({ languages: ['ko'], name: named('Village') });
    expect(Object.keys(identityModule(korean).text)).toEqual(['ko']);
  });
});
