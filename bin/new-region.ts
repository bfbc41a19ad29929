import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, parse } from 'node:path';
import { input } from '@inquirer/prompts';
import { loadRegion, parseRegion } from '../regions/load.ts';
import type { Region } from '../regions/schema.ts';
import {
  type NewRegionOptions,
  NewRegionRefused,
  nameQuestion,
  namesOf,
  type Question,
  questions,
  title,
} from './new-region-answers.ts';
import { type NewRegion, newRegionText } from './new-region-text.ts';
import { toPut } from './new-region-to-put.ts';
import { samplesIn } from './samples.ts';

/** Where questions are asked, and whether anybody is there to answer. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly interactive: boolean;
}

/**
 * `ladder new-region`: asks what it is not told, and writes a commented region file that `ladder check` takes at once.
 *
 * @throws {NewRegionRefused} an option is wrong, nobody is there to be asked, or the file exists; nothing is written
 * @throws {InvalidRegionFile} the file that the new one is made from, or what would come of it, has mistakes
 */
export async function newRegion(options: NewRegionOptions, terminal: Terminal): Promise<void> {
  const sample = loadRegion(options.from);
  const region = await answers(options, sample, terminal);
  const file = options.output ?? join(dirname(options.from), `${region.id}.yaml`);
  requireName(file, region.id);
  const text = newRegionText(readFileSync(options.from, 'utf8'), region);
  // What is written has to be in order: a file made from a region with other areas may not be.
  const made = parseRegion(text, file);
  writeNew(file, text);
  console.log(`${file} is written, made from ${options.from}.\n`);
  console.log('Still a sample, to be replaced before it goes live:');
  for (const line of samplesIn(made)) console.log(`  ${line}`);
  console.log('\nTo be put before learners get in (docs/add-a-provider.md):');
  for (const line of toPut(made, file)) console.log(`  ${line}`);
  console.log(`\nNext: npx ladder check ${file}\nThen: npm start -- --region ${file}`);
}

async function answers(
  options: NewRegionOptions,
  sample: Region,
  terminal: Terminal,
): Promise<NewRegion> {
  const ask = asker(options.yes === true ? undefined : terminal);
  const id = await ask('--id', options.id, questions.id);
  const languages = await ask('--language', options.language?.join(','), {
    ...questions.languages,
    proposed: sample.languages.join(','),
  });
  const given = namesOf(options.name ?? [], languages);
  const name: Record<string, string> = {};
  for (const language of languages) {
    const question = { ...nameQuestion(language), proposed: title(id) };
    name[language] = await ask('--name', given[language], question);
  }
  const { timeZone, deployment } = sample;
  return {
    id,
    languages,
    name,
    timeZone: await ask('--time-zone', options.timeZone, {
      ...questions.timeZone,
      proposed: timeZone,
    }),
    awsRegion: await ask('--aws-region', options.awsRegion, {
      ...questions.awsRegion,
      proposed: deployment.awsRegion,
    }),
    areas: await ask('--areas', options.areas, {
      ...questions.areas,
      proposed: `${id}=${title(id)}`,
    }),
    quota: await ask('--quota', options.quota, questions.quota),
  };
}

/** A region file is named after its region: the loader refuses any other. */
function requireName(file: string, id: string): void {
  if (parse(file).base === `${id}.yaml`) return;
  const detail = `--output ${file}: a region file is named after its region; call it ${id}.yaml`;
  throw new NewRegionRefused('wrong-options', detail);
}

/** Takes what a flag says, or asks; without anybody to ask, what is proposed. */
function asker(terminal: Terminal | undefined) {
  return async <T>(flag: string, given: string | undefined, question: Question<T>): Promise<T> => {
    const { message, proposed } = question;
    const answer = given ?? (terminal?.interactive ? await askAt(terminal, question) : proposed);
    if (answer === undefined || (given === undefined && terminal?.interactive === false)) {
      const detail = `${flag} is missing (${message}), and nobody can be asked here; give it, or --yes to take what is proposed`;
      throw new NewRegionRefused('not-interactive', detail);
    }
    const read = question.read(answer);
    if ('value' in read) return read.value;
    throw new NewRegionRefused('wrong-options', `${flag} ${answer}: ${read.wrong}`);
  };
}

async function askAt<T>({ input: from, output }: Terminal, question: Question<T>): Promise<string> {
  const { message, proposed, read } = question;
  const validate = (answer: string) => {
    const meant = read(answer.trim());
    return 'value' in meant || meant.wrong;
  };
  const config = { message, validate, ...(proposed === undefined ? {} : { default: proposed }) };
  return (await input(config, { input: from, output })).trim();
}

/** Writes a file that is not there, whole or not at all: the link fails where another has come meanwhile. */
function writeNew(file: string, text: string): void {
  const half = `${file}.${process.pid}.new`;
  try {
    writeFileSync(half, text, { flag: 'wx' });
    linkSync(half, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    throw new NewRegionRefused(
      'file-exists',
      `${file} exists and is left as it is; choose another --id, or another file with --output`,
    );
  } finally {
    rmSync(half, { force: true });
  }
}
