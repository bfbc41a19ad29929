import { createHash } from 'node:crypto';
import type * as z from 'zod';
import type { PaperInput, Upload } from '../../functions/documents/contract.ts';
import { EvidenceId } from '../../regions/schema.ts';
import { eicar } from '../../world/scanner.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Bytes of a letter per byte; what stands in them may be read by anyone. */
export const bytesOf = (text: string): Bytes => new Uint8Array(Buffer.from(text, 'latin1'));

/** Files by what is in them; the words make each one's bytes its own. */
export const files = {
  pdf: (words = 'A letter.') => bytesOf(`%PDF-1.7\n% ${words}\n%%EOF\n`),
  infected: () => bytesOf(`%PDF-1.7\n${eicar}\n%%EOF\n`),
  png: () => bytesOf('\x89PNG\r\n\x1a\n\0\0\0\rIHDR'),
  jpeg: () => bytesOf('\xff\xd8\xff\xe0\0\x10JFIF'),
  program: () => bytesOf('MZ\x90\0This program cannot be run.'),
} as const;

const sha256Of = (bytes: Bytes) => createHash('sha256').update(bytes).digest('base64');

/** What a learner announces of a file, with parts of it otherwise. */
export function announced(bytes: Bytes, otherwise: Partial<z.input<typeof PaperInput>> = {}) {
  return {
    evidenceId: EvidenceId.parse('family-relation-certificate'),
    contentType: 'application/pdf' as const,
    bytes: bytes.length,
    sha256: sha256Of(bytes),
    issuedOn: '2025-06-20',
    ...otherwise,
  };
}

/** Sends a file as a browser does; the status of S3's answer. */
export async function send({ url, fields }: Upload, bytes: Bytes): Promise<number> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  // A browser sends the name of the file as well. Nobody keeps it.
  form.append('file', new Blob([bytes]), '김하늘 가족관계증명서.pdf');
  return (await fetch(url, { method: 'POST', body: form })).status;
}
