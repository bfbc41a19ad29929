import { afterAll, vi } from 'vitest';
import { beginFile } from './loading.ts';

// The files of a worker share its process, but neither what keeps something nor variables nor a clock that one of them
// has set.
beginFile();
const before = { ...process.env };

afterAll(() => {
  vi.useRealTimers();
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
});
