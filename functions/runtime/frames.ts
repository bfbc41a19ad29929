import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapping } from 'node:module';

/** Where in a bundled file a frame of a stack is. */
const bundled = /(file:\/\/[^\s()]+\.mjs):(\d+):(\d+)/;

/** By the file that each is of; undefined for a file that has none. */
const maps = new Map<string, SourceMap | undefined>();

/**
 * A frame of a stack, by the file that people wrote and its line. Node could do it for every error
 * (`--enable-source-maps`), but reads the maps at each cold start for it; this reads them once something has failed.
 */
export function atSource(frame: string): string {
  return frame.replace(bundled, (place, file: string, line: string, column: string) => {
    const found = mapOf(file)?.findEntry(Number(line) - 1, Number(column) - 1);
    if (found === undefined || !('originalSource' in found)) return place;
    // Of what the bundler has written itself there is no source, whatever the type says.
    const { originalSource, originalLine, originalColumn }: Partial<SourceMapping> = found;
    if (originalSource === undefined || originalLine === undefined || originalColumn === undefined)
      return place;
    return `${originalSource.replace(/^(\.\.\/)+/, '')}:${originalLine + 1}:${originalColumn + 1}`;
  });
}

function mapOf(file: string): SourceMap | undefined {
  if (!maps.has(file)) maps.set(file, readMap(new URL(`${file}.map`)));
  return maps.get(file);
}

/** A frame of a file without a map stays as it is: the log of a failure is no place to fail. */
function readMap(file: URL): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}
