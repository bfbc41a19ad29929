import { now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { log } from '../runtime/logger.ts';
import { consumeQueue, RetryLater } from '../runtime/queue.ts';
import { region } from '../runtime/region.ts';
import { paperFiles, type UploadedVersion } from './bucket.adapter.ts';
import { documentsEnvironments, ownerOf, type Paper, paperAt, UploadEvent } from './contract.ts';
import { arrived, judged, mismatch, mostBytes, typeOf, type Verdict } from './rules.ts';
import { askScanner } from './scanner.adapter.ts';
import { documentsStore, type Versioned } from './store.ts';

const environment = readEnvironment(documentsEnvironments.scan);
const papers = documentsStore(environment.DOCUMENTS_TABLE);
const files = paperFiles(environment.PAPERS_BUCKET);

/** Rounds within one delivery, each a step: three do, more where the row changes meanwhile and is read anew. */
const rounds = 6;

/** Uploads into quarantine: each is judged, and then is clean or gone. */
export const handler = consumeQueue(UploadEvent, environment.QUEUE_URL, async (objects) => {
  for (const { key, versionId } of objects) {
    const whose = paperAt(decodeURIComponent(key.replaceAll('+', ' ')));
    if (whose === undefined) log.warn('no paper is uploaded there', { code: 'unknown-key' });
    else await settle({ ...whose, versionId });
  }
});

async function settle(upload: UploadedVersion): Promise<void> {
  let seen: Versioned | undefined;
  for (let round = 0; round < rounds; round += 1) {
    const next = await bringAbout(upload, seen ?? (await papers.read(upload)));
    if (next === 'settled') return;
    seen = next;
  }
  throw new RetryLater('rows-keep-changing');
}

/**
 * One round: the step that the row asks for, which says when there is none left, or how the row is now; undefined where that
 * has to be read. Whatever a crash leaves undone the next delivery of the same event finds by the row; a duplicate finds
 * nothing to do.
 */
async function bringAbout(
  upload: UploadedVersion,
  seen: Versioned | undefined,
): Promise<Versioned | 'settled' | undefined> {
  if (seen === undefined) {
    // Deleted before the upload came, or while this function was about to release it.
    await Promise.all([files.erase('quarantine', upload), files.erase('clean', upload)]);
    return 'settled';
  }
  switch (seen.paper.state) {
    case 'awaited':
      return keep(arrived(region, seen.paper, now()), seen);
    case 'quarantined':
      return judge(upload, seen);
    case 'clean':
    case 'refused':
      await files.erase('quarantine', upload);
      return 'settled';
  }
}

/** The row as it is kept; undefined where it changed or went meanwhile. */
async function keep(paper: Paper, seen: Versioned): Promise<Versioned | undefined> {
  const kept = await papers.keep(paper, seen);
  return kept ? { paper, version: seen.version + 1 } : undefined;
}

async function judge(upload: UploadedVersion, seen: Versioned) {
  const verdict = await verdictOn(upload, seen.paper);
  // Gone: by whoever judged it already, and then the row says so, or by the bucket's own rules.
  if (verdict === undefined)
    return (await papers.read(upload))?.version === seen.version ? 'settled' : undefined;
  if (verdict === 'clean' && !(await files.release(upload))) return undefined;
  const kept = await keep(judged(region, seen.paper, verdict, now()), seen);
  if (kept) log.info('paper judged', { ...ownerOf(upload), code: verdict });
  return kept;
}

/** @throws {RetryLater} the scanner did not say */
async function verdictOn(upload: UploadedVersion, paper: Paper): Promise<Verdict | undefined> {
  const size = await files.sizeOf(upload);
  if (size === undefined) return undefined;
  if (size > mostBytes(region)) return 'too-large';
  const file = await files.read(upload);
  if (file === undefined) return undefined;
  const { bytes, sha256 } = file;
  const found = { bytes: bytes.length, sha256, contentType: typeOf(bytes) };
  const wrong = mismatch(region, paper, found);
  if (wrong !== undefined) return wrong;
  const said = await askScanner(environment.SCANNER_SECRET, bytes, sha256);
  if (typeof said === 'string') return said;
  throw new RetryLater(said.later);
}
