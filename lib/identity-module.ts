import type { ConsentText } from '../functions/identity/consent.contract.ts';
import type { Region } from '../regions/schema.ts';
import { textsOf } from '../regions/texts.ts';

/** What handlers read as `#identity`: what a guardian consents to, in each of the region's languages, with its version. */
export function identityModule({
  languages,
  name,
}: Pick<Region, 'languages' | 'name'>): ConsentText {
  const written = languages.map((language) => {
    const { consent } = textsOf(language);
    const text = consent.text.replaceAll('{{region}}', name[language] ?? '');
    return { version: consent.version, entry: [language, text] as const };
  });
  return {
    // The same in all of them, which loading the region has checked.
    version: written[0]?.version ?? '',
    text: Object.fromEntries(written.map(({ entry }) => entry)),
  };
}
