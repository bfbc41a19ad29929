/** What counts once: nonces, and ids of tokens. Each is remembered as long as it could come again. */
export class Once {
  readonly #now: () => number;
  readonly #until = new Map<string, number>();

  /** @param now - milliseconds since the epoch */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * @param until - milliseconds since the epoch after which it is refused anyway
   * @returns whether this is the first time
   */
  first(id: string, until: number): boolean {
    const now = this.#now();
    for (const [old, end] of this.#until) if (end < now) this.#until.delete(old);
    if (this.#until.has(id)) return false;
    this.#until.set(id, until);
    return true;
  }
}
