import { existsSync } from 'node:fs';
import { Language, Slug, TimeZone } from '../regions/schema.ts';
import type { NewRegion } from './new-region-text.ts';

/** What flags say; what they leave out is asked. */
export interface NewRegionOptions {
  readonly id?: string;
  /** `ko=강변`, or a name alone for every language. */
  readonly name?: readonly string[];
  readonly language?: readonly string[];
  readonly timeZone?: string;
  readonly awsRegion?: string;
  /** `riverside,hillside`, each perhaps with `=Name`. */
  readonly areas?: string;
  readonly quota?: string;
  /** The region file that the new one is made from. */
  readonly from: string;
  /** Where it goes; absent: beside the one that it is made from, by its id. */
  readonly output?: string;
  /** Asks nothing: what flags leave out is as in the file that the new one is made from. */
  readonly yes?: true;
}

/** What was asked for cannot be made; the text says what to write instead. */
export class NewRegionRefused extends Error {
  override readonly name = 'NewRegionRefused';
  readonly code: 'wrong-options' | 'file-exists' | 'not-interactive';
  readonly exitCode = 2;

  constructor(code: NewRegionRefused['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** A question: what is asked, what is proposed, and how an answer is read. */
export interface Question<T> {
  readonly message: string;
  readonly proposed?: string;
  /** @returns what the answer means, or what is wrong with it */
  read(answer: string): { readonly value: T } | { readonly wrong: string };
}

const awsRegion = /^[a-z]{2}(-[a-z]+)+-\d$/;

/** Every question but the names; a region file keeps the answers. */
export const questions: {
  readonly id: Question<string>;
  readonly languages: Question<readonly string[]>;
  readonly timeZone: Question<string>;
  readonly awsRegion: Question<string>;
  readonly areas: Question<NewRegion['areas']>;
  readonly quota: Question<NewRegion['quota']>;
} = {
  id: {
    message: 'Id of the region, for machines; never changed again',
    read: (answer) => slug(answer),
  },
  languages: {
    message: 'Languages by their codes, the default first',
    proposed: 'en',
    read: (answer) => {
      const codes = listed(answer);
      const wrong = codes.find((code) => !Language.safeParse(code).success);
      if (codes.length === 0 || wrong !== undefined)
        return { wrong: 'write codes of two or three letters, such as ko,en' };
      const missing = codes.find((code) => !hasTexts(code));
      return missing === undefined
        ? { value: codes }
        : {
            wrong: `there are no texts in "${missing}": translate functions/notices/texts/en.yaml first (CONTRIBUTING.md, "Add a language")`,
          };
    },
  },
  timeZone: {
    message: 'Time zone',
    read: (answer) =>
      TimeZone.safeParse(answer).success
        ? { value: answer }
        : { wrong: 'write an IANA time zone, such as Asia/Seoul' },
  },
  awsRegion: {
    message: 'AWS region in which all data stays',
    read: (answer) =>
      awsRegion.test(answer)
        ? { value: answer }
        : { wrong: 'write an AWS region, such as ap-northeast-2' },
  },
  areas: {
    message: 'Areas, each an id or id=Name',
    read: (answer) => {
      const areas = listed(answer).map(areaOf);
      const wrong = areas.find(({ id }) => !Slug.safeParse(id).success);
      if (areas.length === 0)
        return { wrong: 'write one area at least, such as riverside=Riverside' };
      if (wrong !== undefined)
        return { wrong: `"${wrong.id}" is no id: write lower-case words joined by hyphens` };
      return { value: areas };
    },
  },
  quota: {
    message: 'How many may take part at a time in each area (a number, or "unlimited")',
    proposed: '500',
    read: (answer) => {
      if (answer === 'unlimited') return { value: answer };
      return /^\d{1,7}$/.test(answer) && Number(answer) <= 1_000_000
        ? { value: Number(answer) }
        : { wrong: 'write a number up to 1000000, or "unlimited"' };
    },
  },
};

/** The name of a region in a language. */
export function nameQuestion(language: string): Question<string> {
  return {
    message: `Name of the region in "${language}"`,
    read: (answer) => (/\S/.test(answer) ? { value: answer.trim() } : { wrong: 'write a name' }),
  };
}

/** Names by flag: `ko=강변`, or one name for every language. */
export function namesOf(
  given: readonly string[],
  languages: readonly string[],
): Record<string, string> {
  const names: Record<string, string> = {};
  for (const one of given) {
    const [, language, name = ''] = /^([a-z]{2,3})=(.*)$/.exec(one) ?? [];
    if (language === undefined) for (const each of languages) names[each] ??= one;
    else if (languages.includes(language)) names[language] = name;
    else {
      const known = languages.join(', ');
      throw new NewRegionRefused(
        'wrong-options',
        `--name ${one}: the region's languages are ${known}; add --language ${language}, or leave the name out`,
      );
    }
  }
  return names;
}

function slug(answer: string) {
  return Slug.safeParse(answer).success
    ? { value: answer }
    : {
        wrong:
          'write lower-case words joined by hyphens, such as north-shore, 40 characters at most',
      };
}

function listed(answer: string): string[] {
  return answer
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function areaOf(text: string): { id: string; name: string } {
  const [id = '', ...name] = text.split('=');
  return { id: id.trim(), name: name.join('=').trim() || title(id.trim()) };
}

/** `north-shore` as people write it: North Shore. */
export function title(id: string): string {
  return id
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');
}

function hasTexts(language: string): boolean {
  return existsSync(new URL(`../functions/notices/texts/${language}.yaml`, import.meta.url));
}
