import type { Text } from '../regions/schema.ts';

/** A text in English; else in the region's first language that has it. */
export function inEnglish(text: Text): string {
  return text['en'] ?? Object.values(text)[0] ?? '';
}
