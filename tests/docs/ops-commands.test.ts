import { globSync, readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { addOps } from '../../bin/commands/ops.ts';

/** What stands for the words between angle brackets. */
const examples: Readonly<Record<string, string>> = {
  '<region-file>': 'regions/taebaek.yaml',
  '<provider>': 'highland',
  '<account>': 'acc_3k9d7p2mx5t8w0qz6r4hvc1jbn',
  '<fence>': '3',
};

/** The commands for operators that a document writes between backquotes, one for each `this|or|that`. */
function commandsIn(document: string): readonly string[] {
  const written = readFileSync(document, 'utf8').matchAll(/`npm run ops -- (?=\S)([^`]+)`/g);
  return [...written].flatMap(([, text = '']) => eachChoice(text.replaceAll(/\s+/g, ' ')));
}

function eachChoice(text: string): readonly string[] {
  const [choices] = /[a-z]+(?:\|[a-z]+)+/.exec(text) ?? [];
  if (choices === undefined) return [text];
  return choices.split('|').map((choice) => text.replace(choices, choice));
}

/** What the command says to these words without doing it; undefined: it would go to work. */
function refused(text: string): string | undefined {
  const words = text.split(' ').map((word) => examples[word] ?? word);
  const ladder = new Command('ladder');
  addOps(ladder);
  const all = [ladder, ...ladder.commands, ...ladder.commands.flatMap(({ commands }) => commands)];
  for (const command of all) {
    command.exitOverride().configureOutput({ writeErr: () => undefined });
    if (command.commands.length === 0) command.action(() => undefined);
  }
  try {
    ladder.parse(['ops', ...words], { from: 'user' });
    return undefined;
  } catch (error) {
    if (error instanceof CommanderError) return error.message;
    throw error;
  }
}

const documents = globSync(['docs/*.md', 'README.md']).filter(
  (path) => commandsIn(path).length > 0,
);
const runbookSays = [
  ...['status', 'tasks', 'settle', 'failures', 'redrive', 'pause', 'resume'],
  ...['reconciliation', 'orphans'],
];

describe('what an operator copies from a document', () => {
  it.each(documents)(
    '%s: can be run once what is between angle brackets is filled in',
    (document) => {
      const wrong = commandsIn(document).flatMap((text) => {
        const message = /[<>…]/.test(withoutKnown(text)) ? 'leaves something out' : refused(text);
        return message === undefined ? [] : [`${text}: ${message}`];
      });
      expect(wrong).toEqual([]);
    },
  );

  it('the runbook has all that is looked at and done in need', () => {
    const found = new Set(commandsIn('docs/runbook.md').map((text) => text.split(' ')[0]));
    expect([...found].sort()).toEqual(expect.arrayContaining([...runbookSays].sort()));
  });

  it('a task is settled by its fence only: another may have taken its place since it was looked at', () => {
    const settle = 'settle <region-file> <provider> <account> again';
    expect(refused(settle)).toMatch('--fence');
    expect(refused(`${settle} --fence <fence>`)).toBe(undefined);
  });
});

function withoutKnown(text: string): string {
  return Object.keys(examples).reduce((rest, name) => rest.replaceAll(name, ''), text);
}
