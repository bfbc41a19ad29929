import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import {
  contentTypes,
  type Paper,
  PaperId,
  PaperInput,
} from '../../functions/documents/contract.ts';
import {
  arrived,
  askedOf,
  boundsOf,
  decidedOn,
  handIn,
  judged,
  lastValidDay,
  mismatch,
  typeOf,
} from '../../functions/documents/rules.ts';
import { LearnerId } from '../../functions/identity/contract.ts';
import { consentStates } from '../../functions/identity/learner.contract.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { at, firstPolicy, village } from '../runtime/village.ts';
import { announced, bytesOf, files } from './files.ts';

const text = { ko: '종이', en: 'Paper' };
const letter = { id: 'letter', name: text, validMonths: 12 };
/** What each group asks for: one of the papers both, for shorter the second. */
const asked = [[letter, { id: 'register', name: text }], [{ ...letter, validMonths: 3 }]];
const policy = {
  ...firstPolicy,
  groups: firstPolicy.groups.map((group, at) => ({ ...group, evidence: asked[at] ?? [] })),
};
const region = village({ policies: [policy] });
const noon = at('2025-07-01T12:00');
const handing = {
  learnerId: newId(LearnerId, 'lrn'),
  consent: 'granted',
  paperId: newId(PaperId, 'ppr'),
  now: noon,
} as const;
const input = (otherwise: object = {}) =>
  PaperInput.parse(announced(files.pdf(), { evidenceId: 'letter', ...otherwise }));

function awaited(otherwise: Partial<Paper> = {}): Paper {
  const handed = handIn(region, input(), handing);
  if (handed.kind !== 'awaited') throw new Error(handed.detail);
  return { ...handed.paper, ...otherwise };
}

describe('handing in', () => {
  it('given a paper that a group asks for: it is awaited for a day, and valid as long as the strictest group says', () => {
    expect(awaited()).toMatchObject({
      state: 'awaited',
      issuedOn: '2025-06-20',
      expiresOn: '2025-09-19',
      createdAt: '2025-07-01T03:00:00.000Z',
      dueAt: '2025-07-02T03:00:00.000Z',
    });
  });

  it.each([
    ['that no group asks for', { evidenceId: 'photo' }, 'no-such-evidence'],
    ['of one byte more than the region takes', { bytes: 10_000_001 }, 'paper-too-large'],
    ['of tomorrow', { issuedOn: '2025-07-02' }, 'issued-in-future'],
  ])('given one %s: refused', (_which, otherwise, code) => {
    expect(handIn(region, input(otherwise), handing)).toMatchObject({ kind: 'refused', code });
  });

  it.each([
    ['of the largest size', { bytes: 10_000_000 }],
    ['of today, by the day of the region', { issuedOn: '2025-07-01' }],
  ])('given one %s: awaited', (_which, otherwise) => {
    // 23:30 in UTC is the next morning in the region.
    const now = at('2025-07-01T08:30');
    expect(handIn(region, input(otherwise), { ...handing, now })).toMatchObject({
      kind: 'awaited',
    });
  });

  it.each(
    consentStates.map(
      (state) => [state, ['conflict', 'withdrawn', 'own-lapsed'].includes(state)] as const,
    ),
  )('edge cases 1 and 2: given consent that is %s: stopped %s', (consent, stopped) => {
    const { kind } = handIn(region, input(), { ...handing, consent });
    expect(kind).toBe(stopped ? 'refused' : 'awaited');
  });

  it('given bounds in the region file: those count', () => {
    const papers = { megabytes: 1, awaited: 2, kept: 3 };
    const small = village({ deployment: { ...village().deployment, papers }, policies: [policy] });
    expect(boundsOf(small)).toEqual(papers);
    expect(handIn(small, input({ bytes: 1_000_001 }), handing)).toMatchObject({
      code: 'paper-too-large',
    });
  });
});

describe('how long a paper is valid', () => {
  const asks = askedOf(region, handing, Temporal.PlainDate.from('2025-07-01'));
  it.each([
    ['register', '2025-06-20', undefined],
    ['letter', '2025-06-20', '2025-09-19'],
    // The month of its end has no 31st, as the Korean Civil Act counts (article 160).
    ['letter', '2025-11-30', '2026-02-27'],
  ])('%s of %s: %s', (evidenceId, issuedOn, lastDay) => {
    expect(lastValidDay(asks, input({ evidenceId, issuedOn }))).toBe(lastDay);
  });
});

describe('how long a paper is kept', () => {
  // The village: 14 days to hand in, 90 days after a decision; days end at midnight in Seoul.
  it('given that it arrived: until a decision on the last day to hand in would have let it go', () => {
    expect(arrived(region, awaited(), noon)).toMatchObject({
      state: 'quarantined',
      dueAt: '2025-10-13T15:00:00.000Z',
    });
  });

  it('given that it is clean: as before; refused: as long as another can be handed in', () => {
    const paper = arrived(region, awaited(), noon);
    expect(judged(region, paper, 'clean', noon)).toEqual({ ...paper, state: 'clean' });
    expect(judged(region, paper, 'infected', noon)).toMatchObject({
      state: 'refused',
      refusedBecause: 'infected',
      dueAt: '2025-07-15T15:00:00.000Z',
    });
  });

  const clean = awaited({ state: 'clean', dueAt: '2025-10-13T15:00:00.000Z' });
  it.each([
    ['the same day', '2025-07-01T04:00:00.000Z', '2025-09-29T15:00:00.000Z'],
    ['much later', '2025-12-01T00:00:00.000Z', '2026-03-01T15:00:00.000Z'],
    ['before it came', '2025-07-01T02:59:59.999Z', '2025-10-13T15:00:00.000Z'],
  ])('given a decision %s: until %s', (_when, decidedAt, dueAt) => {
    expect(decidedOn(region, clean, decidedAt).dueAt).toBe(dueAt);
  });

  it('given two decisions, told of in any order and twice: the later counts', () => {
    const moments = ['2025-08-01T00:00:00.000Z', '2025-09-01T00:00:00.000Z'];
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...moments, ...moments, ...moments], { minLength: 4 }),
        (told) => {
          const { dueAt } = told.reduce((paper, moment) => decidedOn(region, paper, moment), clean);
          const last = [...told].sort().at(-1) ?? '';
          expect(dueAt).toBe(decidedOn(region, clean, last).dueAt);
        },
      ),
    );
  });

  it('given one that nobody may see: no decision rests on it', () => {
    for (const state of ['awaited', 'quarantined', 'refused'] as const) {
      const paper = { ...clean, state };
      expect(decidedOn(region, paper, '2025-12-01T00:00:00.000Z')).toBe(paper);
    }
  });
});

describe('what a file is', () => {
  it.each([
    ['a PDF', files.pdf(), 'application/pdf'],
    ['a PNG', files.png(), 'image/png'],
    ['a JPEG', files.jpeg(), 'image/jpeg'],
    ['a program', files.program(), undefined],
    ['a page', bytesOf('<!doctype html><script>'), undefined],
    ['a PDF after something else', bytesOf('GIF89a%PDF-1.7'), undefined],
    ['a beginning alone', bytesOf('%PDF'), undefined],
    ['nothing', bytesOf(''), undefined],
  ])('%s is told by its content', (_what, bytes, type) => {
    expect(typeOf(bytes)).toBe(type);
  });

  const found = { bytes: 100, sha256: 'sum', contentType: 'application/pdf' } as const;
  it.each([
    ['what was announced', {}, undefined],
    ['another type', { contentType: 'image/png' }, 'wrong-type'],
    ['no type that is known', { contentType: undefined }, 'wrong-type'],
    ['one byte less', { bytes: 99 }, 'checksum'],
    ['other bytes', { sha256: 'other' }, 'checksum'],
    ['more than the region takes', { bytes: 10_000_001 }, 'too-large'],
  ] as const)('%s: %s', (_what, otherwise, wrong) => {
    expect(mismatch(region, found, { ...found, ...otherwise })).toBe(wrong);
  });

  it('never says clean of what differs from the announcement', () => {
    const one = fc.record({
      bytes: fc.integer({ min: 1, max: 12_000_000 }),
      sha256: fc.constantFrom('a', 'b'),
      contentType: fc.constantFrom(...contentTypes),
    });
    fc.assert(
      fc.property(one, one, (paper, file) => {
        const same = JSON.stringify(paper) === JSON.stringify(file) && file.bytes <= 10_000_000;
        expect(mismatch(region, paper, file) === undefined).toBe(same);
      }),
    );
  });
});
