import type { TargetOptions } from '../target.ts';
import { RolloutStopped } from './stopped.ts';

/** How `ladder rollout` was called. */
export interface RolloutOptions extends TargetOptions {
  /** Asks nothing. */
  readonly yes?: true;
  readonly json?: true;
  /** Into a region on this machine. */
  readonly local?: true;
  /** Keeps the local region there. */
  readonly data?: string;
  /** Leaves the local region running. */
  readonly keep?: true;
  /** Port of the local region's API. */
  readonly port?: number;
  /** File with values of secrets. */
  readonly secrets?: string;
  readonly overwriteSecrets?: true;
  readonly bootstrap?: true;
  readonly trial?: true;
  /** Logical ids of resources with people's data that may be replaced as far as anybody can tell before, and are not. */
  readonly mayReplace?: readonly string[];
  /** Logical ids of resources with people's data that are meant to be left behind. */
  readonly mayLeave?: readonly string[];
  /** Minutes to wait for what an earlier run began. */
  readonly wait: number;
  /** Parameters of the stack; others keep their values. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** @throws {RolloutStopped} `wrong-options`, before anything else happens */
export function requireSense(options: RolloutOptions): void {
  const { local, data, keep, port, endpoint, profile } = options;
  const elsewhere = endpoint !== undefined || profile !== undefined;
  if (local && elsewhere)
    throw wrong('--local is a place of its own, without --endpoint or --profile');
  if (!local && (data !== undefined || keep || port !== undefined))
    throw wrong('--data, --keep and --port are for --local');
}

function wrong(text: string): RolloutStopped {
  return new RolloutStopped('wrong-options', `${text}. See "npx ladder rollout --help".`);
}
