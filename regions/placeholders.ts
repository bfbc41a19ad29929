import type { Finding, RegionPath } from './fault.ts';
import { nearest } from './nearest.ts';
import { factsByKind } from './notices.ts';
import { valueAt } from './schema-walk.ts';

/** What the mails of the user pools name. */
const loginFacts: readonly (readonly [mail: string, ...facts: string[]])[] = [
  ['verification', 'code'],
  ['invitation', 'name', 'password'],
];

/**
 * Placeholders that nobody fills, and facts that a mail leaves out. Asked about whatever can be read: a text
 * that is missing is told of by the schema and hides nothing in the others.
 *
 * @param texts - the content of a language's file
 */
export function placeholderFindings(texts: unknown): Finding[] {
  return [
    ...unknownPlaceholders(texts, ['greeting'], []),
    ...sayingFindings(texts, ['about'], 'child', 'put the name of the child in'),
    ...['going', 'go', 'close'].flatMap((name) => unknownPlaceholders(texts, ['launch', name], [])),
    ...sayingFindings(texts, ['launch', 'chosen'], 'count', 'put the number of contents in'),
    ...['self', 'guardian', 'address'].flatMap((reason) =>
      unknownPlaceholders(texts, ['reasons', reason], []),
    ),
    ...unknownPlaceholders(texts, ['consent', 'text'], []),
    ...['title', 'session', 'appointment', 'online', 'offline'].flatMap((name) =>
      unknownPlaceholders(texts, ['calendar', name], []),
    ),
    ...loginFacts.flatMap(([mail, ...facts]) => mailFindings(texts, ['login', mail], facts)),
    ...[...factsByKind].flatMap(([kind, facts]) =>
      mailFindings(texts, ['notices', kind], [...facts.keys()]),
    ),
  ];
}

/** A line that is there to say one fact: which of several children is meant, or how many contents were chosen. */
function sayingFindings(texts: unknown, path: RegionPath, fact: string, remedy: string): Finding[] {
  const text = valueAt(texts, path);
  const named = typeof text !== 'string' || placeholdersIn(text).includes(fact);
  const left = { path, problem: `does not say {{${fact}}}`, remedy };
  return [...unknownPlaceholders(texts, path, [fact]), ...(named ? [] : [left])];
}

function mailFindings(texts: unknown, path: RegionPath, facts: readonly string[]): Finding[] {
  const body = valueAt(texts, [...path, 'body']);
  if (!Array.isArray(body)) return [];
  const parts: RegionPath[] = [
    [...path, 'subject'],
    ...body.map((_, index) => [...path, 'body', index]),
  ];
  const named = new Set(parts.flatMap((part) => placeholdersIn(valueAt(texts, part))));
  const left = facts.filter((fact) => !named.has(fact));
  return [
    ...parts.flatMap((part) => unknownPlaceholders(texts, part, facts)),
    ...left.map((fact) => ({
      path: [...path, 'body'],
      atKey: true as const,
      problem: `does not say {{${fact}}}`,
      remedy: 'put it where the reader looks for it',
    })),
  ];
}

function unknownPlaceholders(
  texts: unknown,
  path: RegionPath,
  facts: readonly string[],
): Finding[] {
  const known = ['region', ...facts];
  const text = valueAt(texts, path);
  const stray = placeholdersIn(text).filter((name) => !known.includes(name));
  return [
    ...stray.map((name) => {
      const meant = nearest(name, known);
      return {
        path,
        problem: `has {{${name}}}, which nobody fills in`,
        remedy:
          meant === undefined
            ? `write one of ${known.map((fact) => `{{${fact}}}`).join(', ')}`
            : `did you mean {{${meant}}}?`,
      };
    }),
    ...(typeof text === 'string' && /\{\{|\}\}/.test(text.replaceAll(placeholder, ''))
      ? [
          {
            path,
            problem: 'has braces that do not match',
            remedy: 'write {{name}}, two on each side',
          },
        ]
      : []),
  ];
}

const placeholder = /\{\{([^{}]*)\}\}/g;

function placeholdersIn(text: unknown): string[] {
  if (typeof text !== 'string') return [];
  return [...text.matchAll(placeholder)].map(([, name = '']) => name);
}
