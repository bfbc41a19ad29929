import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

const block = 512;
/** What Zstandard remembers, as a power of two: all functions of a release, which have most of their code in common. */
const windowLog = 25;

/**
 * A kept release: the files of its cloud assembly as a tape archive (POSIX.1-1988, ustar) under Zstandard. Source maps
 * stay out: nothing needs them to run.
 */
export function packRelease(assembly: string): Buffer {
  const files = readdirSync(assembly, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.map'))
    .map((entry) => join(entry.parentPath, entry.name))
    // Files of one name are of one content, mostly: side by side they cost next to nothing.
    .sort((one, other) => (placeOf(one) < placeOf(other) ? -1 : 1));
  const entries = files.map((file) => {
    const name = relative(assembly, file).split(sep).join('/');
    const content = readFileSync(file);
    const padding = Buffer.alloc((block - (content.length % block)) % block);
    return Buffer.concat([headerOf(name, content.length), content, padding]);
  });
  const archive = Buffer.concat([...entries, Buffer.alloc(2 * block)]);
  return zstdCompressSync(archive, {
    params: {
      [constants.ZSTD_c_compressionLevel]: 19,
      [constants.ZSTD_c_windowLog]: windowLog,
      [constants.ZSTD_c_checksumFlag]: 1,
    },
  });
}

const placeOf = (file: string) => `${basename(file)} ${file}`;

/** Writes the cloud assembly of a kept release into a directory. */
export function unpackRelease(packed: Buffer, directory: string): void {
  const archive = zstdDecompressSync(packed, {
    params: { [constants.ZSTD_d_windowLogMax]: windowLog },
  });
  for (let at = 0; archive[at] !== 0; ) {
    const name = textIn(archive, at, 100);
    const size = Number.parseInt(textIn(archive, at + 124, 12), 8);
    const file = join(directory, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, archive.subarray(at + block, at + block + size));
    at += block + Math.ceil(size / block) * block;
  }
}

/** The header of a file of nobody, written at the beginning of time: the same release gives the same bytes. */
function headerOf(name: string, size: number): Buffer {
  if (Buffer.byteLength(name) > 99) throw new Error(`${name} is too long a name for an archive`);
  const header = Buffer.alloc(block);
  const octal = (value: number, at: number, length: number) =>
    header.write(value.toString(8).padStart(length - 1, '0'), at);
  header.write(name, 0);
  octal(0o644, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  // The checksum is made with spaces in its own place.
  header.write('        0ustar\0', 148);
  header.write('00', 263);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

function textIn(archive: Buffer, at: number, length: number): string {
  const field = archive.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.subarray(0, end < 0 ? length : end).toString('utf8');
}
