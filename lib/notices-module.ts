import type { Region } from '../regions/schema.ts';
import { type Texts, textsOf } from '../regions/texts.ts';

/**
 * What handlers read as `#notices`: the texts of the region's languages, without those that others show: Cognito's, identity's and
 * launch's.
 */
export function noticesModule({
  languages,
}: Region): Readonly<Record<string, Omit<Texts, 'consent' | 'launch' | 'login'>>> {
  return Object.fromEntries(
    languages.map((language) => {
      const { consent, launch, login, ...texts } = textsOf(language);
      return [language, texts];
    }),
  );
}
