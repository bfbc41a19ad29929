import { createHash } from 'node:crypto';
import express, { type RequestHandler, type Router } from 'express';
import { requireBearer } from './bearer.ts';
import type { Gate } from './gate.ts';
import { explain } from './json-body.ts';
import { answerPlainly, nobodyHere } from './plain-errors.ts';
import { Refusal } from './refusal.ts';

/** What the scanner answers. */
export interface ScanResult {
  readonly result: 'clean' | 'infected';
  /** Of the bytes that it looked at, in base 64. */
  readonly sha256: string;
}

export interface Scanner {
  readonly key: string;
  readonly gate: Gate;
}

/** Bytes: more than any file that a region takes. */
const limit = 32 * 1024 * 1024;

/**
 * The signature that every scanner finds and that harms nobody; in two parts, so that a scanner of this machine
 * does not find it in here. Source: EICAR, "Anti Malware Testfile".
 */
export const eicar = [
  'X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-',
  'ANTIVIRUS-TEST-FILE!$H+H*',
].join('');

/** A scanner of files: `POST /scans` with the bytes. It knows one signature, wherever it stands, and keeps nothing. */
export function scannerRoutes({ key, gate }: Scanner): Router {
  const router = express.Router();
  router.use(gate.enter, requireBearer(key), readBytes, gate.linger);
  router.post('/scans', (request, response) => {
    const bytes: unknown = request.body;
    if (!Buffer.isBuffer(bytes)) {
      const message = 'send the bytes as application/octet-stream';
      throw new Refusal(415, 'unsupported-media-type', message);
    }
    const answer: ScanResult = {
      result: bytes.includes(eicar) ? 'infected' : 'clean',
      sha256: createHash('sha256').update(bytes).digest('base64'),
    };
    response.json(answer);
  });
  router.use(nobodyHere, answerPlainly);
  return router;
}

const parse = express.raw({ type: 'application/octet-stream', limit });

const readBytes: RequestHandler = (request, response, next) => {
  parse(request, response, (error?: unknown) => {
    next(error === undefined ? undefined : explain(error, limit));
  });
};
