import { describe, expect, it } from 'vitest';
import { ApplicationId } from '../../functions/eligibility/contract.ts';
import {
  othersOf,
  personOf,
  register,
  resemblances,
  tellApart,
} from '../../functions/eligibility/resemblance.rules.ts';
import { LearnerId, Name } from '../../functions/identity/contract.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { application } from './applications.ts';

const person = (name: string, birthDate = '2012-03-04') =>
  personOf({ name: Name.parse(name), birthDate });

describe('edge case 5: one person', () => {
  it.each([
    ['edge case 6: composed and decomposed', '김하늘', '김하늘'.normalize('NFD')],
    ['with and without a space', '김 하늘', '김하늘'],
    ['with a hyphen or an apostrophe', 'Kim Ha-neul', 'Kim Haneul'],
    ['in capitals', 'KIM HANEUL', 'Kim Haneul'],
    ['with a letter of several lower-case forms', 'ΣΟΦΟΣ', 'Σοφος'],
  ])('is known whatever the spelling: %s', (_how, one, other) => {
    expect(person(one)).toBe(person(other));
  });

  it('edge case 6: is known by a name that came decomposed past the contract', () => {
    // As a row of another system might hold it: the contract's own parsing would compose it.
    const name = '김하늘'.normalize('NFD') as Name;
    expect(personOf({ name, birthDate: '2012-03-04' })).toBe(person('김하늘'));
  });

  it.each([
    ['twins, who have other names', person('김하늘'), person('김바다')],
    ['who has the name and another birthday', person('김하늘'), person('김하늘', '2012-03-05')],
    ['whose syllables only look alike', person('김하늘'), person('김하를')],
  ])('is not taken for %s', (_whom, one, other) => {
    expect(one).not.toBe(other);
  });
});

describe('those of one name and birthday', () => {
  const [a, b, c] = [newId(LearnerId, 'lrn'), newId(LearnerId, 'lrn'), newId(LearnerId, 'lrn')];
  const first = application({ learnerId: a });
  const known = [first, application({ learnerId: b }), application({ learnerId: c })].reduce(
    register,
    [] as readonly ReturnType<typeof register>[number][],
  );

  it('are each looked at when one of them applies, and never oneself', () => {
    expect(othersOf(known, a).map(({ learnerId }) => learnerId)).toEqual([b, c]);
  });

  it('keep their newest application', () => {
    const again = { learnerId: a, applicationId: newId(ApplicationId, 'app') };
    const found = register(known, again).filter(({ learnerId }) => learnerId === a);
    expect(found).toEqual([{ ...again, apartFrom: [] }]);
  });

  it('once told apart, are not asked about again, from either side and after a new application', () => {
    const apart = register(tellApart(known, a, [b]), first);
    expect(othersOf(apart, a).map(({ learnerId }) => learnerId)).toEqual([c]);
    expect(othersOf(apart, b).map(({ learnerId }) => learnerId)).toEqual([c]);
    expect(othersOf(apart, c).map(({ learnerId }) => learnerId)).toEqual([b, a]);
  });
});

describe('what an officer is shown of another application', () => {
  const own = application();
  const found = (other: object, guardians: Readonly<Record<string, readonly string[]>> = {}) => {
    const theirs = application(other);
    const logins = new Map([
      [own.learnerId, guardians['own'] ?? []],
      [theirs.learnerId, guardians['theirs'] ?? []],
    ]);
    return resemblances(own, [theirs], logins);
  };

  it.each([
    ['waiting', 1],
    ['waitlisted', 1],
    ['offered', 1],
    ['approved', 1],
    ['suspended', 1],
    ['rejected', 0],
    ['lapsed', 0],
    ['ended', 0],
  ])('in the state %s: %i', (state, count) => {
    expect(found({ state, waitingFor: undefined })).toHaveLength(count);
  });

  it('says whether area and guardian agree', () => {
    expect(found({})).toMatchObject([{ area: 'same', guardian: 'none' }]);
    expect(found({ areaId: 'hill' }, { own: ['mother'], theirs: ['father'] })).toMatchObject([
      { areaId: 'hill', area: 'other', guardian: 'other' },
    ]);
    expect(found({}, { own: ['x', 'y'], theirs: ['y'] })).toMatchObject([{ guardian: 'same' }]);
    expect(found({}, { own: ['x'] })).toMatchObject([{ guardian: 'none' }]);
  });
});
