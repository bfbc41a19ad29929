// Run as a process of its own, so that a test can kill it: opens a world in the directory of the first
// argument and prints where it is.
import { openWorld } from '../../world/world.ts';

const world = await openWorld({
  providers: [{ id: 'math-house', kind: 'scim', token: 'token' }],
  registry: { key: 'key' },
  directory: process.argv[2],
});
process.stdout.write(`${JSON.stringify({ url: world.url, providers: world.providers })}\n`);
