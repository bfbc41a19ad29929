import { consumeStream } from '../runtime/stream.ts';
import { workOff } from './deletion.job.ts';
import { toDeletion } from './store.ts';

/** Deletions that were just asked for: each is worked off as far as it can be; what has to wait the job goes on with. */
export const handler = consumeStream(async ({ before, after }) => {
  // How far one has come is no news.
  if (before !== undefined || after === undefined) return;
  await workOff(toDeletion(after).deletionId);
});
