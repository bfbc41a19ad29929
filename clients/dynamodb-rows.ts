import { fromAttributes } from './document.ts';

/** A row of an event of a stream, whose bytes stay as they are. */
export function unmarshall(attributes: object): Record<string, unknown> {
  return fromAttributes(attributes, (bytes) => bytes);
}
