import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { bundle } from '../../../lib/support/bundle.ts';
import { taebaek } from '../template.ts';

const temporary = mkdtempSync(join(tmpdir(), 'ladder-own-clients-'));
afterAll(() => rmSync(temporary, { recursive: true }));

it.each([
  [
    'an operation that functions have not used before',
    "import { ListTablesCommand } from '@aws-sdk/client-dynamodb';\nexport const handler = () => new ListTablesCommand({});\n",
    /api\.ts:1:9: ERROR: No matching export in "clients\/dynamodb\.ts" for import "ListTablesCommand"/,
  ],
  [
    'all of a package at once',
    "import * as dynamodb from '@aws-sdk/client-dynamodb';\nexport const handler = () => new dynamodb.ListTablesCommand({});\n",
    /api\.ts:2:\d+: ERROR: .*"ListTablesCommand"/,
  ],
  [
    'a service that functions have not asked before',
    "import { KMSClient } from '@aws-sdk/client-kms';\nexport const handler = () => new KMSClient({});\n",
    /api\.ts:1:\d+: ERROR: .*@aws-sdk\/client-kms: no file of clients\/ stands for it/,
  ],
])(
  'given a function that uses %s, when it is bundled, then the error names what is missing and where',
  async (_what, source, told) => {
    const functions = mkdtempSync(join(temporary, 'functions-'));
    mkdirSync(join(functions, 'greeting'));
    writeFileSync(join(functions, 'greeting/api.ts'), source);
    const bundled = bundle({ region: taebaek, directory: join(functions, 'bundled'), functions });
    await expect(bundled).rejects.toThrow(told);
  },
);
