/** What the bundler takes from the texts of the region's languages. */
declare module '#notices' {
  interface MailText {
    readonly subject: string;
    readonly body: readonly string[];
  }
  interface LanguageTexts {
    readonly greeting: string;
    readonly about: string;
    readonly reasons: Readonly<
      Record<'self' | 'guardian' | 'mentor' | 'nominated' | 'address', string>
    >;
    readonly calendar: Readonly<
      Record<'title' | 'session' | 'appointment' | 'online' | 'offline', string>
    >;
    readonly notices: Readonly<Record<import('../runtime/notice.ts').NoticeKind, MailText>>;
  }
  const texts: Readonly<Record<string, LanguageTexts>>;
  export default texts;
}
