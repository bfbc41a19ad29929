import { existsSync, readFileSync } from 'node:fs';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { addExport } from '../../bin/commands/export.ts';
import { addRestore } from '../../bin/commands/restore.ts';
import { holdingsOf, tableOf } from '../../bin/export/holdings.ts';
import { LearnerId } from '../../functions/identity/contract.ts';
import { Again } from '../../functions/privacy/contract.ts';
import { newId } from '../../functions/runtime/ids.ts';

const page = readFileSync('docs/moving-a-partner.md', 'utf8');
const ladder = new Command('ladder');
addExport(ladder);
addRestore(ladder);
const others = { PapersBucket: 'papers', PublicPoolId: 'public', StaffPoolId: 'staff' };

describe('the page about moving a partner', () => {
  it.each(
    [...page.matchAll(/^ {4}npx ladder (\w+) (.*)$/gm)].map(([, name = '', rest = '']) => [
      name,
      rest,
    ]),
  )('shows a command that there is: ladder %s %s', (name, rest) => {
    const command = ladder.commands.find((one) => one.name() === name);
    const flags = command?.options.map(({ long }) => long);
    for (const [flag] of rest.matchAll(/--[\w-]+/g)) expect(flags).toContain(flag);
    expect(existsSync(rest.split(' ')[0] ?? '')).toBe(true);
  });

  it('deletes who has left by what the stack tells and the job takes', () => {
    const [, payload = ''] = /--payload "(.+?)" answer/.exec(page) ?? [];
    const event = payload.replaceAll('\\"', '"').replace('$id', newId(LearnerId, 'lrn'));
    // Without it, whatever else the login is would be deleted with the learner.
    expect(Again.parse(JSON.parse(event))).toMatchObject({ release: true });
    const used = [...page.matchAll(/\$\(output (\w+)\)/g)].map(([, output]) => output);
    expect(used).toEqual(['DeletionFunction', 'TableIdentity']);
    expect(readFileSync('lib/region-stack.ts', 'utf8')).toContain(`${used[0]}: `);
    const outputs = { TableIdentity: 'named', ...others };
    expect(tableOf(holdingsOf('ladder-seoul', outputs), 'identity')).toBe('named');
  });

  it('names refusals that there are', () => {
    const known = readFileSync('bin/export/refusals.ts', 'utf8');
    const [, table = ''] = page.split('| Code |');
    const codes = [...(table.split('## ')[0] ?? '').matchAll(/`([a-z-]+)`/g)].map(
      ([, code]) => code,
    );
    expect(codes.length).toBeGreaterThan(8);
    for (const code of codes) expect(known).toContain(`'${code}'`);
  });
});
