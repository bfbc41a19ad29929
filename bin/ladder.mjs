#!/usr/bin/env node
// Plain JavaScript, so that a Node which cannot run TypeScript still says what is the matter.
const needed = 24;
const major = Number(process.versions.node.split('.')[0]);
if (major < needed) {
  console.error(
    `Ladder runs on Node ${needed}, as its functions do; this is ${process.version}.\n` +
      'On Linux "npm ci" brings the right one along: use "npm start", "npm run demo" and so on.\n' +
      `Elsewhere install Node ${needed}, then "npm ci" again.`,
  );
  process.exit(1);
}
const { enableCompileCache } = await import('node:module');
enableCompileCache();
const { main } = await import('./ladder.ts');
await main(process.argv);
