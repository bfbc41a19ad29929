import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type KeptClock, openClock } from './clock-state.ts';
import type { LocalContext } from './context.ts';
import { lockData } from './data-lock.ts';
import { Edge } from './edge.ts';
import { LogSink } from './logs.ts';
import { openState } from './state.ts';

/** The account in every ARN of a local region. */
const account = '000000000000';

export interface GroundOptions {
  readonly port: number;
  /** The AWS region that the template is for. */
  readonly region: string;
  /** Directory that keeps everything; without it nothing is kept. */
  readonly data?: string | undefined;
  /** Is told of errors that are the local region's own. */
  readonly report: (message: string) => void;
}

/** What a region stands on before there is any service. */
export interface Ground {
  readonly context: LocalContext;
  readonly clock: KeptClock;
  readonly logs: LogSink;
  readonly edge: Edge;
  /** Takes errors that are the local region's own, for the log and for whoever started it. */
  readonly report: (message: string) => void;
}

/**
 * Takes the data directory and the port, and opens the state.
 * @param opened - gets whatever must be closed again, except the edge, which closes before all else
 * @throws DataInUse when another local region uses the data directory
 * @throws Error when the port is taken
 */
export async function layGround(
  options: GroundOptions,
  opened: AsyncDisposableStack,
): Promise<Ground> {
  const { region, data } = options;
  if (data !== undefined) {
    mkdirSync(data, { recursive: true });
    opened.defer(lockData(data));
  }
  const state = openState(data === undefined ? ':memory:' : join(data, 'state.sqlite'));
  opened.defer(() => state.close());
  const clock = openClock(state);
  opened.defer(() => clock.clock.stop());
  const file = data === undefined ? undefined : join(data, 'functions.log');
  const logs = new LogSink(() => clock.clock.now(), file);
  const report = (message: string) => {
    logs.write('local-region', message);
    options.report(message);
  };
  const edge = new Edge(report);
  const base = await edge.listen(options.port);
  const context = { account, region, base, clock: clock.clock, state, data };
  return { context, clock, logs, edge, report };
}
