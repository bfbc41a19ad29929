import { afterAll, vi } from 'vitest';

// Functions read their environment when they are loaded, and each file of tests has an environment of its own: the
// files of a worker share its process, but neither modules nor variables nor a clock that one of them has set.
vi.resetModules();
const before = { ...process.env };

afterAll(() => {
  vi.useRealTimers();
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
});
