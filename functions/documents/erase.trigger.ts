import { readEnvironment } from '../runtime/environment.ts';
import { log } from '../runtime/logger.ts';
import { consumeStream } from '../runtime/stream.ts';
import { paperFiles } from './bucket.adapter.ts';
import { documentsEnvironments, ownerOf } from './contract.ts';
import { isPaper, readPaper } from './store.ts';

const files = paperFiles(readEnvironment(documentsEnvironments.erase).PAPERS_BUCKET);

/** Papers of this capability's own stream: of one that is forgotten every version of its file goes. */
export const handler = consumeStream(async ({ before, after }) => {
  if (before === undefined || after !== undefined || !isPaper(before)) return;
  const { paper } = readPaper(before);
  await Promise.all([files.erase('quarantine', paper), files.erase('clean', paper)]);
  log.info('paper erased', { ...ownerOf(paper), code: paper.state });
});
