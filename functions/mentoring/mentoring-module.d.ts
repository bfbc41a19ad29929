/** What the bundler takes from the texts of the region's languages: what stands in calendars. */
declare module '#mentoring' {
  const calendarWords: Readonly<
    Record<
      string,
      Readonly<Record<'title' | 'session' | 'appointment' | 'online' | 'offline', string>>
    >
  >;
  export default calendarWords;
}
