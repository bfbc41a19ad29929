import { gzipSync } from 'node:zlib';
import type { FileBody } from './http.ts';

/** A table to answer with, compressed: a long one would be more than Lambda hands on. */
export function csvFile(text: string): FileBody {
  return { mediaType: 'text/csv; charset=utf-8', gzip: gzipSync(text).toString('base64') };
}
