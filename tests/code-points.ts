import fc from 'fast-check';

/**
 * Any character of Unicode. As fast-check's own `unit: 'binary'`, which keeps a table of all 1,100,000 of them that
 * takes a second to make.
 */
export const codePoint = fc
  .oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff }))
  .map((code) => String.fromCodePoint(code));
