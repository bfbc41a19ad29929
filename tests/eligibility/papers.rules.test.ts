import { describe, expect, it } from 'vitest';
import { handIn } from '../../functions/eligibility/applicant.rules.ts';
import { phaseOf } from '../../functions/eligibility/case.rules.ts';
import { type Application, RequestInput } from '../../functions/eligibility/contract.ts';
import { decideCase } from '../../functions/eligibility/decision.rules.ts';
import { whenDue } from '../../functions/eligibility/due.rules.ts';
import { claimCase, requestMore } from '../../functions/eligibility/officer.rules.ts';
import { type HeldPaper, shownOf } from '../../functions/eligibility/papers.rules.ts';
import { told } from '../../functions/eligibility/told.rules.ts';
import { at } from '../runtime/village.ts';
import {
  approval,
  autumn,
  code,
  decide,
  inGrace,
  letter,
  officer,
  profile,
  region,
  register,
  said,
  suspended,
  until,
  waiting,
} from './letters.ts';

describe('edge case 10: an officer who approves', () => {
  const handedIn = {
    ...{ evidence: ['letter'], message: 'Please.', askedAt: '2025-09-01T00:00:00.000Z' },
    ...{ until: '2025-09-15', before: 'officer-group', handedInAt: '2025-09-02T00:00:00.000Z' },
  };
  it.each<[string, Application, readonly HeldPaper[], string]>([
    ['on a valid paper, does', waiting(), [until('2025-09-10')], 'allowed'],
    ['on what was shown at a counter only, does', waiting(), [], 'allowed'],
    [
      'on a paper that expired yesterday, is told so',
      waiting(),
      [until('2025-09-09')],
      'papers-missing: letter expired on 2025-09-09',
    ],
    [
      'on a new one beside the old, does',
      waiting(),
      [until('2026-01-01'), until('2025-09-09')],
      'allowed',
    ],
    [
      'on a paper that was handed in and is deleted, is told so',
      waiting({ request: handedIn }),
      [],
      'papers-missing: letter is not kept any more',
    ],
    [
      'on what an approval rested on before, though it is deleted, does',
      waiting({ decision: approval().decision, papers: approval({ papers: [register] }).papers }),
      [],
      'allowed',
    ],
    [
      'in the grace without a new paper, is told so',
      inGrace(),
      [until('2025-08-31')],
      'papers-missing: letter expired on 2025-08-31',
    ],
    ['in the grace on a new paper alone, does', inGrace(), [until('2026-08-31')], 'allowed'],
    ['after the suspension on a new paper, does', suspended(), [until('2026-08-31')], 'allowed'],
    [
      'after the suspension without one, is told so',
      suspended(),
      [],
      'papers-missing: letter was not handed in',
    ],
  ])('%s', (_what, found, papers, expected) => {
    expect(said(decide(found, papers))).toBe(expected);
  });

  it('of an approval asks neither for the age nor for the stage of then', () => {
    const grown = { ...profile, birthDate: '2008-05-20' };
    const known = { profile: grown, papers: shownOf([until('2026-08-31')]) };
    const acting = { staffId: officer, now: autumn };
    const verdict = { outcome: 'approved', reason: 'New letter.' } as const;
    expect(code(decideCase(region, suspended(), verdict, known, acting))).toBe('allowed');
    expect(code(decideCase(region, waiting(), verdict, known, acting))).toBe('rules-refuse');
  });

  it('on the new paper, decides on the others as they were seen before', () => {
    const ruling = decide(inGrace(), [until('2026-08-31')]);
    if (ruling.kind === 'refused') throw new Error(ruling.code);
    const { decision, papers } = ruling.next;
    expect(decision?.findings.find(({ rule }) => rule === 'evidence')).toMatchObject({
      met: true,
      explanation: expect.stringContaining('letter is valid until 2026-08-31, register is valid.'),
    });
    expect(papers).toEqual([{ evidenceId: 'letter', expiresOn: '2026-08-31' }, register]);
  });

  it('asks again, and the learner is told until when; who stays suspended is told that', () => {
    const words = RequestInput.parse({ evidence: ['letter'], message: 'It cannot be read.' });
    const found = inGrace({ waitingFor: 'papers-replaced' });
    const asked = requestMore(region, found, words, { staffId: officer, now: autumn });
    if (asked.kind === 'refused') throw new Error(asked.code);
    expect(told(region, asked.next)).toMatchObject({
      kind: 'evidence-needed',
      facts: { until: '2025-09-30' },
    });
    expect(told(region, suspended())).toMatchObject({ kind: 'approval-suspended' });
  });

  it('who somebody is, while a paper is missing, leaves the approval as time left it', () => {
    const doubted = { state: 'suspended', because: 'profile-changed' };
    const standing = (found: Application, papers: readonly HeldPaper[] = []) => {
      const ruling = decide(found, papers);
      return ruling.kind === 'refused' ? ruling.code : [ruling.next.state, phaseOf(ruling.next)];
    };
    expect(standing(approval(doubted))).toEqual(['approved', 'approved']);
    expect(standing(inGrace(doubted))).toEqual(['approved', 'new-paper']);
    expect(standing(suspended(doubted))).toEqual(['suspended', 'new-paper']);
    expect(standing(suspended(doubted), [until('2026-08-31')])).toEqual(['approved', 'approved']);
  });

  it('may end the approval once the days to hand in are over, and not before', () => {
    const asked = (until: string) => ({
      request: { ...handedIn, before: 'papers-replaced', until, handedInAt: undefined },
    });
    expect(code(decide(inGrace(asked('2025-09-10')), [], 'rejected'))).toBe('evidence-awaited');
    const late = decide(suspended(asked('2025-09-09')), [], 'rejected');
    expect(late).toMatchObject({ next: { state: 'ended', because: 'paper-expired' } });
  });

  it('after an appeal was won may be the officer who won or lost it', () => {
    const appealed = { appeal: { reason: 'It came.', madeAt: '2025-07-03T00:00:00.000Z' } };
    const made = { ...approval().decision, officer };
    const found = inGrace({ ...appealed, decision: made, claim: undefined });
    expect(code(claimCase(found, { staffId: officer, now: autumn }))).toBe('allowed');
  });
});

describe('a hand-in', () => {
  const asking = (ids: readonly string[]) =>
    waiting({
      waitingFor: 'evidence',
      request: {
        ...{ evidence: ids, message: 'Please.', askedAt: '2025-09-01T00:00:00.000Z' },
        ...{ until: '2025-09-15', before: 'officer-group' },
      },
    });
  const both = asking(['letter', 'register']);
  it.each<[string, Application, readonly HeldPaper[], string]>([
    ['brings what was asked for', asking(['letter']), [until('2025-09-10')], 'allowed'],
    [
      'names each paper that is missing',
      both,
      [letter({ state: 'awaited' })],
      'papers-missing: letter was announced and not uploaded; register was not handed in',
    ],
    [
      'says why a paper does not count',
      asking(['letter']),
      [letter({ state: 'refused', refusedBecause: 'infected' }), until('2025-09-09')],
      'papers-missing: letter was refused (infected)',
    ],
    ['needs nothing where words said it all', asking([]), [], 'allowed'],
    ['in the grace brings what has expired', inGrace(), [until('2026-08-31')], 'allowed'],
    [
      'in the grace does not bring the old one',
      inGrace(),
      [until('2025-08-31')],
      'papers-missing: letter expired on 2025-08-31',
    ],
    [
      'of an approval of which nobody knows on what it rested, brings all',
      inGrace({ papers: undefined }),
      [until('2026-08-31')],
      'papers-missing: register was not handed in',
    ],
    [
      'is of nothing before a paper has expired',
      approval(),
      [],
      'nothing-asked: No papers are asked for',
    ],
  ])('%s', (_what, found, papers, expected) => {
    expect(said(handIn(region, found, papers, autumn))).toBe(expected);
  });

  it('edge case 10: tells time when its papers expire during review', () => {
    const handed = handIn(region, asking(['letter']), [until('2025-09-20')], autumn);
    if (handed.kind !== 'allowed') throw new Error('it is');
    const { claim, ...review } = handed.next;
    expect(review).toMatchObject({ waitingFor: 'officer-group', papersUntil: '2025-09-20' });
    expect(whenDue(region, review, at('2025-09-20T23:59'))).toBe(undefined);
    expect(whenDue(region, review, at('2025-09-21T00:00'))).toMatchObject({
      next: { waitingFor: 'evidence', request: { evidence: ['letter'], until: '2025-10-05' } },
      told: { kind: 'evidence-needed' },
    });
  });
});
