import * as z from 'zod';

/** What a command tells of a step, one JSON object a line, with the facts of that step. */
export const Line = z.looseObject({
  step: z.string(),
  state: z.enum(['began', 'progress', 'done', 'failed']),
  text: z.string().optional(),
  code: z.string().optional(),
});
export type Line = z.infer<typeof Line>;

/** The lines of a command that was asked for JSON. */
export const told = (stdout: string): readonly Line[] =>
  stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => Line.parse(JSON.parse(line)));

/** What was told of a step when it was done; undefined where it was not. */
export const done = (lines: readonly Line[], step: string): Line | undefined =>
  lines.find((line) => line.step === step && line.state === 'done');
