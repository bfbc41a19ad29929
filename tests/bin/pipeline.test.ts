import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { beside } from '../regions/hamlet.ts';
import { workflow, workplace } from './pipeline.ts';

let place: ReturnType<typeof workplace>;
beforeEach(() => {
  place = workplace();
});
afterEach(() => rmSync(place.folder, { recursive: true }));

const preview = 'sh bin/pipeline.sh preview regions/x.yaml';
const rollout = 'sh bin/pipeline.sh rollout regions/x.yaml';
const ladder = 'npm exec --offline --no --loglevel=error -- ladder';

describe('the script, preview', () => {
  it('checks, estimates and compares, as Markdown in which nothing of the output is markup', () => {
    place.fake(
      'npm',
      'case "$*" in *check*) echo "### x: about \\$9 a month";; *) echo "[+] a <b>table</b>";; esac',
    );
    const { status, stdout } = place.run(preview);
    expect(status).toBe(0);
    expect(place.called()).toEqual([
      `${ladder} check regions/x.yaml --markdown`,
      `${ladder} diff regions/x.yaml`,
    ]);
    expect(stdout).toBe(
      '### x: about $9 a month\n\n### What a rollout would change\n\n```text\n[+] a <b>table</b>\n```\n',
    );
  });

  it('stops at mistakes: they are the comment, and AWS is not asked', () => {
    place.fake('npm', 'echo "x.yaml:1:5 id: is wrong, write it right" >&2; exit 2');
    const { status, stdout } = place.run(preview);
    expect(status).toBe(2);
    expect(place.called()).toHaveLength(1);
    expect(stdout).toContain('`regions/x.yaml` has mistakes');
    expect(stdout).toContain('```text\nx.yaml:1:5 id: is wrong, write it right\n```');
  });

  it('hands on that the comparison failed, and why', () => {
    place.fake(
      'npm',
      'case "$*" in *check*) echo fine;; *) echo "no credentials" >&2; exit 3;; esac',
    );
    const { status, stdout } = place.run(preview);
    expect(status).toBe(3);
    expect(stdout).toContain('no credentials');
  });

  it('edge case 46: with the real command, twenty mistakes are in the comment', () => {
    const argv = ['bin/pipeline.sh', 'preview', beside('twenty-mistakes.yaml')];
    const { status, stdout } = spawnSync('sh', argv, { encoding: 'utf8' });
    expect(status).toBe(2);
    expect(stdout).toContain('20 mistakes. Nothing was asked of AWS.');
  });
});

describe('the script, rollout', () => {
  it('asks nothing, tells in JSON, and takes secrets from the file that is named', () => {
    place.fake('npm', 'echo "{\\"step\\":\\"deploy\\"}"');
    expect(place.run(rollout)).toMatchObject({ status: 0, stdout: '{"step":"deploy"}\n' });
    expect(place.run(rollout, { LADDER_SECRETS: '/run/x y.yaml' }).status).toBe(0);
    expect(place.called()).toEqual([
      'npm run --silent rollout -- regions/x.yaml --yes --json',
      'npm run --silent rollout -- regions/x.yaml --yes --json --secrets /run/x y.yaml',
    ]);
  });

  it.each([
    [1, /Run it again/],
    [2, /region file or the use is wrong/],
    [3, /account comes first/],
    [4, /busy or needs a person/],
    [5, /smoke test failed/],
    [130, /goes on where it stopped/],
  ])('ends with %i as the command does, and says what that means', (code, words) => {
    place.fake('npm', `exit ${code}`);
    const { status, stderr } = place.run(rollout);
    expect(status).toBe(code);
    expect(stderr).toMatch(words);
  });

  it.each(['', 'rollout', 'preview a b', 'deploy regions/x.yaml'])(
    'with "%s" shows its use',
    (argv) => {
      place.fake('npm', 'exit 0');
      const { status, stderr } = place.run(`sh bin/pipeline.sh ${argv}`);
      expect(status).toBe(2);
      expect(stderr).toContain('usage: ');
      expect(place.called()).toEqual([]);
    },
  );
});

describe('the workflow for partners, as it runs', () => {
  const { jobs } = workflow('docs/pipeline/region.yml');
  const scriptOf = (job: string) =>
    jobs[job]?.steps.find(({ run }) => run?.includes('\n'))?.run ?? '';
  const github = () => ({
    REGION_FILE: 'regions/x.yaml',
    GITHUB_OUTPUT: join(place.folder, 'output'),
    GITHUB_STEP_SUMMARY: join(place.folder, 'summary'),
  });

  it('hands the preview on whole, also when there are mistakes, and fails then', () => {
    place.fake('npm', 'echo "text<<EOF"; echo mistakes; exit 2');
    const { status } = place.run(scriptOf('preview'), github());
    expect(status).toBe(2);
    const output = readFileSync(github().GITHUB_OUTPUT, 'utf8');
    const [first = '', ...lines] = output.trimEnd().split('\n');
    // What marks the end is random: nothing in a change can end the value early.
    expect(first).toMatch(/^text<<[0-9a-f]{32}$/);
    expect(lines.at(-1)).toBe(first.slice('text<<'.length));
    expect(output).toContain('mistakes');
    expect(readFileSync(github().GITHUB_STEP_SUMMARY, 'utf8')).toContain('mistakes');
  });

  it.each([
    ['makes a comment where there is none', '', 'gh api --method POST repos/o/n/issues/7/comments'],
    ['brings its comment up to date', '42', 'gh api --method PATCH repos/o/n/issues/comments/42'],
  ])('%s', (_what, id, call) => {
    place.fake('gh', `case "$*" in *paginate*) echo "${id}";; esac`);
    const text = 'costs $(touch hacked) `x` "quoted"';
    const { status } = place.run(scriptOf('comment'), {
      TEXT: text,
      COMMENTS: 'repos/o/n/issues/7/comments',
      COMMENT: 'repos/o/n/issues/comments',
    });
    expect(status).toBe(0);
    expect(place.called()).toHaveLength(2);
    expect(place.called()[1]).toBe(`${call} --field body=@comment.md --silent`);
    const comment = readFileSync(join(place.folder, 'comment.md'), 'utf8');
    expect(comment).toBe(`<!-- ladder preview -->\n${text}\n`);
  });
});
