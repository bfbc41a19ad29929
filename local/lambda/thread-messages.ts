/** What a thread is given when it starts (`workerData`). */
export interface ThreadStart {
  readonly bundle: string;
  /** Where V8 finds what an environment before has compiled, and keeps what it compiles. */
  readonly compileCache: string | undefined;
  /** The region's clock: one float, milliseconds ahead of the machine (`RegionClock.shared`). */
  readonly clock: SharedArrayBuffer;
}

/** One invocation, from the region to the thread. */
export interface ThreadRequest {
  /** The event as JSON, as Lambda hands it over. */
  readonly event: string;
  readonly timeoutMs: number;
  readonly traceId: string;
  /** The fields of the handler's context that are plain values. */
  readonly context: Readonly<Record<string, string>>;
}

/** What a thread tells the region. */
export type ThreadReport =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unready'; readonly errorType: string; readonly message: string }
  | { readonly kind: 'line'; readonly line: string }
  /** `value` is the handler's result as JSON. */
  | { readonly kind: 'done'; readonly value: string }
  | { readonly kind: 'failed'; readonly errorType: string; readonly message: string };
