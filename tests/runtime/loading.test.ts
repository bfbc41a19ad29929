import { describe, expect, it } from 'vitest';

const resolved = (specifier: string) => import.meta.resolve(specifier);

describe('a file of tests gets', () => {
  it.each([
    ['a store', '../../functions/identity/store.ts'],
    ['a handler', '../../functions/identity/invitation.trigger.ts'],
    ['what reads the environment', '../../functions/runtime/environment.ts'],
    ['a client of ours', '../../clients/sqs.ts'],
    ['what uses one of them', '../identity/neighbours.ts'],
  ])('%s of its own', (_, file) => {
    expect(resolved(file)).toMatch(/\.ts\?file=\d+$/);
  });

  it.each([
    ['a contract', '../../functions/identity/contract.ts'],
    ['rules', '../../functions/eligibility/rules.ts'],
    ['the region file’s schema', '../../regions/schema.ts'],
    ['the local region', '../../local/dynamodb/engine/engine.ts'],
  ])('%s together with others', (_, file) => {
    expect(resolved(file)).toMatch(/\.ts$/);
  });

  it('the functions’ own client of DynamoDB, and AWS’s of everything else', () => {
    expect(resolved('@aws-sdk/lib-dynamodb')).toMatch(/\/clients\/[\w-]+\.ts\?file=\d+$/);
    expect(resolved('@aws-sdk/client-sqs')).toContain('/node_modules/@aws-sdk/client-sqs/');
  });
});
