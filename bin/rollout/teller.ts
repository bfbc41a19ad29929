import { styleText } from 'node:util';
import { RolloutStopped } from './stopped.ts';

/** The steps of a rollout, in order; the other commands have some of them. */
export const steps = [
  'validate',
  'start',
  'preflight',
  'synthesize',
  'diff',
  'confirm',
  'deploy',
  'seed',
  'invite',
  'migrate',
  'smoke',
  'destroy',
  // Of export and restore.
  'read',
  'check',
  'tables',
  'papers',
  'logins',
  'carve',
  'manifest',
  'rows',
  'deletions',
  'summary',
] as const;
export type StepName = (typeof steps)[number];

/** What programs get besides the text: JSON values only. */
export type Facts = Readonly<Record<string, unknown>>;

/** What a step says when it is done. */
export interface Answer<T> {
  readonly result: T;
  readonly text: string;
  /** More lines for people; for programs they are in `facts`. */
  readonly lines?: readonly string[];
  readonly facts?: Facts;
}

/** Tells how far a step is. */
export type Progress = (text: string, facts?: Facts) => void;

/** Tells what happens: to people step by step, to programs as one JSON object a line. */
export interface Teller {
  /** Does a step, and tells of its beginning, its progress and its end; a failure is told, too, and thrown on. */
  step<T>(name: StepName, act: (progress: Progress) => Promise<Answer<T>>): Promise<T>;
}

/** A teller whose steps may be left in the middle. */
export interface InterruptibleTeller extends Teller {
  /** Tells that the step that is under way is given up; after that nothing is told any more. */
  abandon(error: unknown): void;
}

/** Where it is told, such as standard output. */
export interface Out {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** @param json - NDJSON: `step`, `state` (began, progress, done or failed), `text`, and `code` on failures */
export function tellerFor(json: boolean, out: Out = process.stdout): InterruptibleTeller {
  const said = json ? inJson(out) : inWords(out);
  let underWay: StepName | undefined;
  let abandoned = false;
  const fail = (name: StepName, error: unknown) => {
    underWay = undefined;
    if (!abandoned) said.failed(name, error);
  };
  return {
    step: async (name, act) => {
      const begun = performance.now();
      underWay = name;
      said.began(name);
      try {
        const answer = await act((text, facts) => abandoned || said.progress(name, text, facts));
        underWay = undefined;
        if (!abandoned) said.done(name, answer, Math.round(performance.now() - begun));
        return answer.result;
      } catch (error) {
        fail(name, error);
        throw error;
      }
    },
    abandon: (error) => {
      if (underWay !== undefined) fail(underWay, error);
      abandoned = true;
    },
  };
}

interface Said {
  began(step: StepName): void;
  progress(step: StepName, text: string, facts?: Facts): void;
  done(step: StepName, answer: Answer<unknown>, milliseconds: number): void;
  failed(step: StepName, error: unknown): void;
}

function inJson(out: Out): Said {
  const line = (object: Facts) => void out.write(`${JSON.stringify(object)}\n`);
  return {
    began: (step) => line({ step, state: 'began' }),
    progress: (step, text, facts) => line({ step, state: 'progress', text, ...facts }),
    done: (step, { text, facts }, milliseconds) =>
      line({ step, state: 'done', text, milliseconds, ...facts }),
    failed: (step, error) => line({ step, state: 'failed', ...failureOf(error) }),
  };
}

function failureOf(error: unknown): Facts {
  if (error instanceof RolloutStopped) {
    const { code, message: text, findings } = error;
    return { code, text, ...(findings.length > 1 && { findings }) };
  }
  if (!(error instanceof Error)) return { code: 'failed', text: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'failed';
  return { code, text: error.message };
}

/** Width of the column with the step's name. */
const column = 11;

/** Milliseconds between two lines of progress in a file. */
const pause = 2000;

/** A terminal shows progress in one line that is written over; a file gets a line now and then. */
function inWords(out: Out): Said {
  let last = Number.NEGATIVE_INFINITY;
  const live = out.isTTY === true;
  const clear = live ? '\r\x1b[2K' : '';
  const row = (mark: string, step: string, text: string) =>
    `${mark} ${step.padEnd(column)} ${text}`;
  const shorten = (text: string) => (live ? text.slice(0, (out.columns ?? 80) - column - 4) : text);
  const end = live ? '' : '\n';
  return {
    began: (step) => void (live && out.write(`${clear}${row('·', step, '…')}`)),
    progress: (step, text) => {
      if (!live && performance.now() - last < pause) return;
      last = performance.now();
      out.write(`${clear}${row('·', step, shorten(text))}${end}`);
    },
    done: (step, { text, lines = [] }, milliseconds) => {
      const seconds = milliseconds < 1000 ? '' : ` (${(milliseconds / 1000).toFixed(1)} s)`;
      const mark = styleText('green', '✓', { stream: process.stdout });
      out.write(`${clear}${row(mark, step, `${text}${seconds}`)}\n`);
      for (const line of lines) out.write(`  ${' '.repeat(column)} ${line}\n`);
    },
    failed: (step) => {
      const mark = styleText('red', '✗', { stream: process.stdout });
      out.write(`${clear}${row(mark, step, 'failed')}\n`);
    },
  };
}
