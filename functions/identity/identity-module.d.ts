/** What the bundler takes from the texts of the region's languages: what a guardian consents to. */
declare module '#identity' {
  interface ConsentText {
    readonly version: string;
    readonly text: Readonly<Record<string, string>>;
  }
  const consentText: ConsentText;
  export default consentText;
}
