import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { type Fault, FaultPlan } from './faults.ts';
import { Refusal } from './refusal.ts';
import { waited } from './waiting.ts';

/** How many requests a party got since the world was started. */
export interface Requests {
  /** By method, such as `POST`. */
  readonly received: Readonly<Record<string, number>>;
  /** Those of them that met a fault. */
  readonly disturbed: number;
  /** How many met each kind of fault, such as `slow`, or `status 409`. */
  readonly met: Readonly<Record<string, number>>;
  /** How many were under way at once, at most, since the arrivals were last forgotten. */
  readonly maxAtOnce: number;
}

/**
 * What every request to a party passes: it is counted, its time is kept, and it may meet a fault. `enter` comes first, `linger`
 * when the request has been read whole, just before the work.
 */
export class Gate {
  readonly faults = new FaultPlan();
  readonly #closing: AbortSignal;
  readonly #now: () => number;
  readonly #received = new Map<string, number>();
  /** Slow requests on their way from `enter` to `linger`, and how long to wait in milliseconds. */
  readonly #slow = new WeakMap<Request, number>();
  readonly #met = new Map<string, number>();
  #arrivals: number[] = [];
  #underWay = 0;
  #maxAtOnce = 0;

  /**
   * @param closing - aborted when the world closes, which ends the waits of slow requests
   * @param now - the party's clock, in milliseconds since the epoch
   */
  constructor(closing: AbortSignal, now: () => number) {
    this.#closing = closing;
    this.#now = now;
  }

  requests(): Requests {
    return {
      received: Object.fromEntries(this.#received),
      disturbed: [...this.#met.values()].reduce((sum, count) => sum + count, 0),
      met: Object.fromEntries(this.#met),
      maxAtOnce: this.#maxAtOnce,
    };
  }

  /** When requests came, by a clock of the machine that nobody sets back: milliseconds since the epoch. */
  arrivals(): readonly number[] {
    return this.#arrivals;
  }

  forgetArrivals(): void {
    this.#arrivals = [];
    this.#maxAtOnce = this.#underWay;
  }

  readonly enter: RequestHandler = (request, response, next) => {
    const { method } = request;
    this.#arrives(response);
    this.#received.set(method, (this.#received.get(method) ?? 0) + 1);
    const fault = this.faults.take(method);
    if (fault === undefined) {
      next();
      return;
    }
    const kind = fault.kind === 'status' ? `status ${fault.status}` : fault.kind;
    this.#met.set(kind, (this.#met.get(kind) ?? 0) + 1);
    this.#disturb(fault, request, response, next);
  };

  /** Waits only now: of a caller that gave up earlier there would be no body left to work on. */
  readonly linger: RequestHandler = async (request, _response, next) => {
    const ms = this.#slow.get(request);
    if (ms === undefined || (await waited(ms, this.#closing))) next();
  };

  #arrives(response: Response): void {
    this.#arrivals.push(performance.timeOrigin + performance.now());
    this.#underWay += 1;
    this.#maxAtOnce = Math.max(this.#maxAtOnce, this.#underWay);
    response.once('close', () => {
      this.#underWay -= 1;
    });
  }

  #disturb(fault: Fault, request: Request, response: Response, next: NextFunction): void {
    switch (fault.kind) {
      case 'status':
        throw new Refusal(
          fault.status,
          'fault',
          'a fault that the control API asked for',
          this.#retryAfter(fault.retryAfter),
        );
      case 'reject':
        throw new Refusal(400, 'invalidValue', fault.detail ?? 'the content is not accepted');
      case 'down':
        request.socket.destroy();
        return;
      case 'lose-answer':
        loseAnswer(response);
        next();
        return;
      case 'slow':
        this.#slow.set(request, fault.ms);
        next();
        return;
    }
  }

  #retryAfter(when: Extract<Fault, { kind: 'status' }>['retryAfter']): Record<string, string> {
    if (when === undefined) return {};
    const date = typeof when === 'object' && new Date(this.#now() + when.dateIn * 1000);
    return { 'retry-after': date ? date.toUTCString() : String(when) };
  }
}

function loseAnswer(response: Response): void {
  // Express writes an answer by one call of `end`, headers included.
  response.end = () => {
    response.socket?.destroy();
    return response;
  };
}
