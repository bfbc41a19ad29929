import { readFileSync } from 'node:fs';
import {
  type LoadHookSync,
  type ResolveHookSync,
  registerHooks,
  setSourceMapsSupport,
  stripTypeScriptTypes,
} from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { clientFiles } from '../../lib/support/own-clients.ts';

const project = new URL('../../', import.meta.url).href;
const functions = `${project}functions/`;

/** What a test asks the functions' own client of DynamoDB, it asks by that client's commands. */
const spoken = ['@aws-sdk/client-dynamodb', '@aws-sdk/lib-dynamodb'];

/** Roles of files that keep something as long as they are loaded: an environment, a client, what they were told. */
const keeping = /(?:\/|\.)(?:api|job|trigger|worker|store|adapter)\.ts$/;
const readsEnvironment = /\bprocess\.env\b|\breadEnvironment\(/;
const imported = /(?:\bfrom|\bimport\(|^import)\s*'([^']+)'/gm;

const texts = new Map<string, string>();
const imports = new Map<string, readonly string[]>();
const anew = new Map<string, boolean>();
let turn = 0;

/**
 * How Node loads what a worker's files of tests ask for. Functions read their environment when they are loaded, and each
 * file has an environment of its own: what keeps something, and what uses that, is loaded anew for each file; contracts,
 * rules, the local region and packages once for all of them. Functions ask AWS as in a bundle, by the files of
 * `clients/` (docs/adr/0043-own-aws-clients.md): tested is what is deployed. What else a test asks, it asks by the AWS
 * SDK, so that what a function says and hears is seen by somebody else.
 */
export function beginFile(): void {
  turn += 1;
}

const resolve: ResolveHookSync = (specifier, context, next) => {
  const { parentURL = '' } = context;
  const file = fileOf(specifier, parentURL);
  if (file === undefined) return next(specifier, context);
  return { url: isAnew(file) ? `${file}?file=${turn}` : file, shortCircuit: true };
};

/** Types are taken out of a file once for a worker, however often it is loaded. */
const load: LoadHookSync = (url, context, next) => {
  const [file = url, query] = url.split('?');
  if (query === undefined || !isOurs(file)) return next(url, context);
  return { format: 'module', source: textOf(file), shortCircuit: true };
};

registerHooks({ resolve, load });
// Functions run without: they say by themselves where in a bundle something failed (functions/runtime/frames.ts).
setSourceMapsSupport(false);

/** The file of ours that an import means; undefined where it means none. */
function fileOf(specifier: string, parent: string): string | undefined {
  if (specifier.startsWith('.') && parent.startsWith(project)) {
    const { href } = new URL(specifier, withoutQuery(parent));
    return isOurs(href) ? href : undefined;
  }
  const client = spoken.includes(specifier) || parent.startsWith(functions);
  const path = client ? clientFiles[specifier] : undefined;
  return path === undefined ? undefined : pathToFileURL(path).href;
}

function isOurs(file: string): boolean {
  return (
    file.startsWith(project) && file.endsWith('.ts') && !file.startsWith(`${project}node_modules/`)
  );
}

function isAnew(file: string): boolean {
  const known = anew.get(file);
  if (known !== undefined) return known;
  const reached = new Set([file]);
  for (const one of reached) for (const next of importsOf(one)) reached.add(next);
  const answer = [...reached].some(keepsSomething);
  anew.set(file, answer);
  return answer;
}

function keepsSomething(file: string): boolean {
  if (file.startsWith(`${project}clients/`)) return true;
  return file.startsWith(functions) && (keeping.test(file) || readsEnvironment.test(textOf(file)));
}

function importsOf(file: string): readonly string[] {
  const known = imports.get(file);
  if (known !== undefined) return known;
  const specifiers = [...textOf(file).matchAll(imported)].map(([, specifier = '']) => specifier);
  const found = specifiers.map((one) => fileOf(one, file)).filter((one) => one !== undefined);
  imports.set(file, found);
  return found;
}

function textOf(file: string): string {
  const text = texts.get(file) ?? stripTypeScriptTypes(readFileSync(fileURLToPath(file), 'utf8'));
  texts.set(file, text);
  return text;
}

function withoutQuery(url: string): string {
  return url.split('?', 1)[0] ?? url;
}
