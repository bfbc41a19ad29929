import { describe, expect, it } from 'vitest';
import { format, Manifest } from '../../bin/export/manifest.ts';
import { requireOwn } from '../../bin/export/whole.ts';

const file = (key: string) => ({ key, items: 0, md5: 'AAAAAAAAAAAAAAAAAAAAAA==' });
const manifest = (more: object = {}) =>
  Manifest.parse({
    ...{ format, regionId: 'seoul', version: '0.1.0', dataLevel: 1 },
    moment: '2026-03-02T01:15:29.000Z',
    scope: { kind: 'region' },
    ...{ areas: ['jung'], providers: [], tables: [] },
    papers: { count: 0, list: file('papers') },
    logins: { count: 0, list: file('logins') },
    ...more,
  });
const via = { bucket: 'archive', prefix: 'moving' };

describe('a whole export that a partner’s part is taken out of', () => {
  it.each<[string, object, Date | undefined]>([
    ['of another region', { regionId: 'busan' }, undefined],
    [
      'of a partner only',
      { scope: { kind: 'partner', partner: 'jung', areas: ['jung'] } },
      undefined,
    ],
    ['of another moment than asked for', {}, new Date('2026-03-02T01:15:30Z')],
  ])('given one %s: refused', (_what, more, at) => {
    const asked = () => requireOwn(manifest(more), { regionId: 'seoul', via, at });
    expect(asked).toThrow(
      expect.objectContaining({ name: 'TransferRefused', code: 'via-unusable', exitCode: 3 }),
    );
  });

  it('given the moment that was asked for, to the second: taken without a question', () => {
    const at = new Date('2026-03-02T01:15:29.400Z');
    expect(requireOwn(manifest(), { regionId: 'seoul', via, at })).toBe('named');
    expect(requireOwn(manifest(), { regionId: 'seoul', via, at: undefined })).toBe('unnamed');
  });
});
