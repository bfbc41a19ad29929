import type { Region } from '../regions/schema.ts';
import { type Texts, textsOf } from '../regions/texts.ts';

/** What handlers read as `#launch`: what stands on pages on the way to a provider, in each of the region's languages. */
export function launchModule({
  languages,
  name,
}: Pick<Region, 'languages' | 'name'>): Readonly<Record<string, Texts['launch']>> {
  return Object.fromEntries(
    languages.map((language) => {
      const said = (text: string) => text.replaceAll('{{region}}', name[language] ?? '');
      const { going, go, chosen, close } = textsOf(language).launch;
      const page = { going: said(going), go: said(go), chosen: said(chosen), close: said(close) };
      return [language, page];
    }),
  );
}
