import { describe, expect, it } from 'vitest';
import {
  type Command,
  commands,
  isQueued,
  type Phase,
  phaseOf,
  stepOf,
  steps,
} from '../../functions/eligibility/case.rules.ts';
import { OwnApplication } from '../../functions/eligibility/contract.ts';
import { shownToLearner } from '../../functions/eligibility/view.rules.ts';
import { application } from './applications.ts';

const anew = 'review resemblance approved waitlisted rejected';

/** Every command in every phase: where it leads, or `!code`. */
const table: Readonly<Record<Phase, Readonly<Record<Command, string>>>> = {
  review: {
    ...officersTurn('review', { approve: 'approved waitlisted', 'tell-apart': '!no-resemblance' }),
    'hand-in': '!nothing-asked',
  },
  evidence: {
    ...officersTurn('evidence', {
      approve: 'approved waitlisted',
      'tell-apart': '!no-resemblance',
    }),
    'hand-in': 'review resemblance appeal',
  },
  resemblance: {
    ...officersTurn('resemblance', { approve: '!resemblance-first', 'tell-apart': anew }),
    'hand-in': '!nothing-asked',
  },
  appeal: {
    ...officersTurn('appeal', { approve: 'approved waitlisted', 'tell-apart': '!no-resemblance' }),
    'hand-in': '!nothing-asked',
  },
  waitlisted: { ...decided('!application-waitlisted'), offer: 'offered', withdraw: 'ended' },
  offered: {
    ...decided('!place-offered'),
    'take-offer': 'approved',
    'decline-offer': 'lapsed',
    lapse: 'lapsed',
    withdraw: 'ended',
  },
  approved: {
    ...decided('!already-approved'),
    'begin-grace': 'new-paper',
    suspend: 'suspended doubted',
    expire: 'ended',
    withdraw: 'ended',
  },
  'new-paper': {
    ...recheck('new-paper'),
    'hand-in': 'papers-replaced',
    suspend: 'new-paper suspended doubted',
  },
  'papers-replaced': { ...recheck('papers-replaced'), suspend: 'suspended doubted' },
  suspended: {
    ...decided('!already-approved'),
    suspend: 'doubted',
    resume: 'approved new-paper papers-replaced',
    expire: 'ended',
    withdraw: 'ended',
  },
  doubted: {
    ...decided('!already-approved'),
    claim: 'doubted',
    release: 'doubted',
    approve: 'approved new-paper',
    reject: 'ended',
    expire: 'ended',
    withdraw: 'ended',
  },
  rejected: { ...decided(anew), appeal: 'appeal' },
  lapsed: decided(anew),
  ended: decided(anew),
};

function decided(apply: string): Record<Command, string> {
  return {
    apply,
    withdraw: '!already-ended',
    appeal: '!not-rejected',
    'hand-in': '!nothing-asked',
    'take-offer': '!no-offer',
    'decline-offer': '!no-offer',
    claim: '!already-decided',
    release: '!already-decided',
    'request-more': '!already-decided',
    'tell-apart': '!already-decided',
    approve: '!already-decided',
    reject: '!already-decided',
    offer: '!not-due',
    lapse: '!not-due',
    'begin-grace': '!not-due',
    suspend: '!not-due',
    resume: '!not-due',
    expire: '!not-due',
  };
}

function officersTurn(
  phase: Phase,
  verdicts: Pick<Record<Command, string>, 'approve' | 'tell-apart'>,
): Record<Command, string> {
  return {
    ...decided('!application-waiting'),
    withdraw: 'ended',
    claim: phase,
    release: phase,
    'request-more': 'evidence',
    reject: 'rejected',
    ...verdicts,
  };
}

/** Edge case 10: what officers do with an approval whose paper has expired. */
function recheck(phase: Phase): Record<Command, string> {
  return {
    ...decided('!already-approved'),
    claim: phase,
    release: phase,
    'request-more': 'new-paper',
    approve: 'approved',
    reject: 'ended',
    expire: 'ended',
    withdraw: 'ended',
  };
}

const cells = Object.entries(table).flatMap(([phase, row]) =>
  Object.entries(row).map(([command, expected]) => [command, phase, expected] as const),
);

describe('the table of steps', () => {
  it('has every command in every phase', () => {
    expect(cells).toHaveLength(Object.keys(steps).length * commands.length);
  });

  it.each(cells)('%s in %s: %s', (command, phase, expected) => {
    // Keys of the table above, which the compiler has checked.
    const step = stepOf(phase as Phase, command as Command);
    expect(typeof step === 'string' ? `!${step}` : step.join(' ')).toBe(expected);
  });
});

describe('a case', () => {
  it.each([
    [{ waitingFor: 'officer-group' }, 'review', true],
    [{ waitingFor: 'registry-unknown' }, 'review', true],
    [{ waitingFor: 'registry-unreachable' }, 'review', true],
    [{ waitingFor: 'evidence' }, 'evidence', true],
    [{ waitingFor: 'resemblance' }, 'resemblance', true],
    [{ waitingFor: 'appeal' }, 'appeal', true],
    [{ state: 'suspended', because: 'profile-changed' }, 'doubted', true],
    [{ state: 'suspended', because: 'consent-withdrawn' }, 'suspended', false],
    [{ state: 'suspended', because: 'paper-expired' }, 'new-paper', true],
    [{ state: 'approved', graceUntil: '2025-08-01' }, 'new-paper', true],
    [{ state: 'approved', waitingFor: 'papers-replaced' }, 'papers-replaced', true],
    [
      { state: 'suspended', because: 'paper-expired', waitingFor: 'papers-replaced' },
      'papers-replaced',
      true,
    ],
    [
      { state: 'suspended', because: 'profile-changed', waitingFor: 'papers-replaced' },
      'doubted',
      true,
    ],
    [{ state: 'approved' }, 'approved', false],
    [{ state: 'waitlisted' }, 'waitlisted', false],
    [{ state: 'rejected' }, 'rejected', false],
  ])('%o is in the phase %s; in the officers’ queue: %s', (otherwise, phase, queued) => {
    const found = application({ waitingFor: undefined, ...otherwise });
    expect(phaseOf(found)).toBe(phase);
    expect(isQueued(found)).toBe(queued);
  });
});

describe('what a learner is shown of their application', () => {
  const resembled = `lrn_${'1'.repeat(26)}` as const;
  const held = application({
    waitingFor: 'resemblance',
    lot: 3,
    reminded: true,
    claim: { by: `stf_${'0'.repeat(26)}`, until: '2025-07-01T08:00:00.000Z' },
    resembles: [
      {
        applicationId: `app_${'0'.repeat(26)}`,
        learnerId: resembled,
        areaId: 'hill',
        area: 'other',
        guardian: 'none',
      },
    ],
    request: {
      evidence: [],
      message: 'The letter, please.',
      askedAt: '2025-07-01T00:00:00.000Z',
      until: '2025-07-15',
      before: 'resemblance',
    },
  });

  it('holds nothing of officers, and nothing of anyone whom they resemble', () => {
    const shown = shownToLearner(held);
    expect(OwnApplication.safeParse(shown).error).toBe(undefined);
    expect(shown.waitingFor).toBe('officer-group');
    expect(JSON.stringify(shown)).not.toMatch(/resembl|stf_/);
    expect(JSON.stringify(shown)).not.toContain(resembled);
    expect(shown.request).toMatchObject({ message: 'The letter, please.', until: '2025-07-15' });
  });
});
