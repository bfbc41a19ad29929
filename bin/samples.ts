import { pathText, type RegionPath } from '../regions/fault.ts';
import type { Region } from '../regions/schema.ts';

/** Addresses below the top-level domain that is kept for examples (RFC 2606), and the samples' legal bases. */
const sample = /\.example\b|^Sample (Ordinance|Agreement)\b/;

/** Characters of a value that one line shows. */
const shown = 60;

/** The values of a region that were taken over from a sample, as lines `path: value`. */
export function samplesIn(region: Region): string[] {
  return texts(region, [])
    .filter(([, text]) => sample.test(text))
    .map(([path, text]) => `${pathText(path)}: ${shorten(text)}`);
}

/** What to say before a deployment: a list of what still looks like a sample, or that nothing does. */
export function beforeYouDeploy(region: Region, file: string): string {
  const samples = samplesIn(region);
  if (samples.length === 0) return `Nothing in ${file} looks like a sample.`;
  const lines = samples.map((line) => `  ${line}`);
  return ['', `Before you deploy: these are still samples in ${file}`, ...lines, ''].join('\n');
}

function texts(value: unknown, path: RegionPath): [RegionPath, string][] {
  if (typeof value === 'string') return [[path, value]];
  if (Array.isArray(value)) return value.flatMap((item, index) => texts(item, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => texts(item, [...path, key]));
}

function shorten(text: string): string {
  return text.length <= shown ? text : `${text.slice(0, shown - 1).trimEnd()}…`;
}
