import { vi } from 'vitest';

// Functions read their environment when they are loaded, and each file of tests has an environment of its own.
vi.resetModules();
