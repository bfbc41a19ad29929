import { describe, expect, it } from 'vitest';
import { placesOfRow, toPlaces } from '../../functions/enrolment/store.ts';
import { approved } from './places.ts';

describe('a row from a stream', () => {
  it('is the places, without the row’s own keys', () => {
    const places = approved({ sweepDue: '2025-07-01T00:00:00.000Z' });
    const keys = { pk: `LEARNER#${places.learnerId}`, sk: 'PLACES', pendingLot: '1' };
    expect(toPlaces({ ...keys, ...places })).toEqual(places);
  });

  it('of the same learner’s history is no row of places', () => {
    expect(placesOfRow({ pk: 'LEARNER#x', sk: 'ENDED#2025' })).toBe(undefined);
  });
});
