import type { Region } from '../regions/schema.ts';
import { textsOf } from '../regions/texts.ts';

/** What handlers read as `#mentoring`: what stands in calendars, in each of the region's languages. */
export function mentoringModule({
  languages,
  name,
}: Pick<Region, 'languages' | 'name'>): Readonly<Record<string, CalendarWords>> {
  return Object.fromEntries(
    languages.map((language) => {
      const said = (text: string) => text.replaceAll('{{region}}', name[language] ?? '');
      const { title, session, appointment, online, offline } = textsOf(language).calendar;
      const titles = { title: said(title), session: said(session), appointment: said(appointment) };
      return [language, { ...titles, online: said(online), offline: said(offline) }];
    }),
  );
}

type CalendarWords = Readonly<
  Record<'title' | 'session' | 'appointment' | 'online' | 'offline', string>
>;
