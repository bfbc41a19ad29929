/** What the bundler takes from the texts of the region's languages: what stands on pages. */
declare module '#launch' {
  const pageWords: Readonly<
    Record<string, Readonly<Record<'going' | 'go' | 'chosen' | 'close', string>>>
  >;
  export default pageWords;
}
