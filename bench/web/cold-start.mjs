/**
 * One cold start: a process that has done nothing yet loads a bundle and answers one event. Says what it took on
 * descriptor 3, for the standard output is the function's log.
 */
import { readFileSync, writeSync } from 'node:fs';
import { answerHere } from './answered.mjs';

const [, , bundle, request] = process.argv;
const { event, context, answers } = JSON.parse(readFileSync(request, 'utf8'));
answerHere(
  (target, body) =>
    answers.find(({ operation, of }) => target.endsWith(`.${operation}`) && body.includes(of)).text,
);
const begun = performance.now();
const cpu = process.cpuUsage();
const { handler } = await import(bundle);
const loaded = performance.now();
const { statusCode } = await handler(event, context);
const answered = performance.now();
const { user, system } = process.cpuUsage(cpu);
writeSync(
  3,
  JSON.stringify({
    statusCode,
    loadMs: loaded - begun,
    answerMs: answered - begun,
    cpuMs: (user + system) / 1_000,
  }),
);
process.exit();
