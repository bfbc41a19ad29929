import { atSource } from './frames.ts';

/** What a log line may carry: ids, codes and numbers. No field can hold a name, an address or a date of birth. */
export interface LogFields {
  readonly learnerId?: string;
  readonly mentorId?: string;
  readonly applicationId?: string;
  readonly providerId?: string;
  readonly staffId?: string;
  readonly noticeId?: string;
  readonly messageId?: string;
  readonly requestId?: string;
  readonly route?: string;
  readonly code?: string;
  readonly status?: number;
  readonly attempt?: number;
  readonly count?: number;
  readonly milliseconds?: number;
  /** What was asked of a service of AWS, or another's host. */
  readonly waitedFor?: string;
  /** The class of an error, never its text: texts of others' errors may quote what they were given. */
  readonly error?: string;
  /** Where an error arose: the frames of its stack without its first line, which holds the text. */
  readonly frames?: readonly string[];
}

type Level = 'info' | 'warn' | 'error';

function line(level: Level, message: string, fields: LogFields): void {
  writeLine({ level, message, time: new Date().toISOString(), ...fields });
}

/** For the log and for metrics, whose lines hold numbers and fixed names. */
export function writeLine(line: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** One JSON object a line, as CloudWatch Logs Insights reads it. */
export const log = {
  info: (message: string, fields: LogFields = {}) => line('info', message, fields),
  warn: (message: string, fields: LogFields = {}) => line('warn', message, fields),
  error: (message: string, fields: LogFields = {}) => line('error', message, fields),
};

/** Class and place of an error, for a log line. */
export function describeError(error: unknown): Pick<LogFields, 'error' | 'frames'> {
  if (!(error instanceof Error)) return { error: typeof error };
  // The text goes first: one of several lines could look like frames.
  const frames = (error.stack ?? '')
    .replace(error.message, '')
    .split('\n')
    .filter((frame) => frame.trimStart().startsWith('at '));
  return { error: error.name, frames: frames.slice(0, 6).map((frame) => atSource(frame.trim())) };
}
