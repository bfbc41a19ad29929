/**
 * A constant of a module that is made by a call, or is an object or a list in which there may be calls, as Biome leaves
 * it: from the beginning of a line to the semicolon before the next thing that begins one.
 */
const constant =
  /^((?:export )?(?:const|var) [\w$]+(?:: [^=\n]+)? =)(\s+(?!(?:await|async|function|class)\b)(?:(?:new )?[a-zA-Z]\w*[.(<\n]|[[{])(?:[^\n]*\n(?=[ \t)}\]\n]))*[^\n]*);$/gm;

/**
 * Marks the constants of a module that are made by calls as such that may be left out; every line stays the line it was.
 * A schema is made by calls, and of a call esbuild cannot know that nothing happens in it.
 */
export function markPure(source: string): string {
  return source.replaceAll(constant, '$1 /* @__PURE__ */ (() => ($2))();');
}
