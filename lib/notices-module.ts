import type { Region } from '../regions/schema.ts';
import { type Texts, textsOf } from '../regions/texts.ts';

/** What handlers read as `#notices`: the texts of the region's languages, without those that Cognito sends. */
export function noticesModule({
  languages,
}: Region): Readonly<Record<string, Omit<Texts, 'login'>>> {
  return Object.fromEntries(
    languages.map((language) => {
      const { login, ...texts } = textsOf(language);
      return [language, texts];
    }),
  );
}
