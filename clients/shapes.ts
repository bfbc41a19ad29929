/** Makes of a value what goes over the wire in its place, or the other way round. */
export type Change = (value: unknown) => unknown;

/**
 * Changes named members of a structure, where they are there; all others stay.
 *
 * @param changes - undefined stays undefined, which JSON leaves out
 */
export function members(changes: Readonly<Record<string, Change>>): Change {
  const named = Object.entries(changes);
  return (value) => {
    // Whatever is no structure is refused by the service it goes to, or was never sent by it.
    if (typeof value !== 'object' || value === null) return value;
    const changed: Record<string, unknown> = { ...value };
    for (const [name, change] of named) {
      if (changed[name] != null) changed[name] = change(changed[name]);
    }
    return changed;
  };
}

/** Changes every element of a list, or every value of a map. */
export function each(change: Change): Change {
  return (value) => {
    if (Array.isArray(value)) return value.map(change);
    if (typeof value !== 'object' || value === null) return value;
    const changed: Record<string, unknown> = {};
    for (const [name, one] of Object.entries(value)) changed[name] = change(one);
    return changed;
  };
}

/** Seconds since the epoch, as JSON services write moments. */
export const toDate: Change = (seconds) => new Date(Number(seconds) * 1_000);
export const toSeconds: Change = (date) => (date instanceof Date ? date.getTime() / 1_000 : date);

export const toBase64: Change = (bytes) =>
  bytes instanceof Uint8Array ? Buffer.from(bytes).toString('base64') : bytes;
export const fromBase64: Change = (text) => new Uint8Array(Buffer.from(String(text), 'base64'));

/** Without what is null, which is how some services say that something is not there. */
export const withoutNulls: Change = (value) => {
  if (Array.isArray(value)) return value.filter((one) => one !== null).map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const there = Object.entries(value).filter(([, one]) => one !== null);
  return Object.fromEntries(there.map(([name, one]) => [name, withoutNulls(one)]));
};
