/**
 * Spares callers the wait for somebody who does not answer: after some failures in a row it is open for a while,
 * then lets one request through, whose end decides. What it knows is kept in the memory of one execution
 * environment: a row that all share would be one more that can fail, and the hottest of its table, to save each
 * environment a few slow requests.
 */
export class CircuitBreaker {
  readonly #failures: number;
  readonly #restMs: number;
  #inARow = 0;
  #openUntil = 0;

  /**
   * @param failures - in a row that open it
   * @param restMs - milliseconds for which it then stays open
   */
  constructor({ failures, restMs }: { readonly failures: number; readonly restMs: number }) {
    this.#failures = failures;
    this.#restMs = restMs;
  }

  /**
   * Whether not to ask now. Once the rest is over it says no to one caller, and yes to all others until that one
   * has told how it went, or another rest is over.
   *
   * @param nowMs - milliseconds since the epoch
   */
  isOpen(nowMs: number): boolean {
    if (this.#inARow < this.#failures) return false;
    if (nowMs < this.#openUntil) return true;
    this.#openUntil = nowMs + this.#restMs;
    return false;
  }

  succeeded(): void {
    this.#inARow = 0;
  }

  /** @param nowMs - milliseconds since the epoch */
  failed(nowMs: number): void {
    this.#inARow += 1;
    this.#openUntil = nowMs + this.#restMs;
  }
}
