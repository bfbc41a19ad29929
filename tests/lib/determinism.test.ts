import { Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { everyRegion, synthesized, templateOf } from './template.ts';

afterEach(() => vi.restoreAllMocks());

// Taebaek with its code, by the CDK command too: synthesize.test.ts. The others with theirs, which takes seconds:
// tests/soak/determinism.test.ts.
describe('given the other regions', () => {
  it.each(everyRegion.filter(([file]) => file !== 'taebaek.yaml'))(
    'when the template of %s is made twice, then it is the same, and nobody is asked',
    (_, region) => {
      const connect = vi.spyOn(Socket.prototype, 'connect');
      const first = JSON.stringify(templateOf(region).toJSON());
      expect(JSON.stringify(synthesized(region).toJSON())).toBe(first);
      expect(connect).not.toHaveBeenCalled();
    },
  );
});
