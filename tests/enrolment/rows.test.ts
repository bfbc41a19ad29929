import { describe, expect, it } from 'vitest';
import { toRow } from '../../functions/enrolment/rows.store.ts';
import { placesOfRow, toPlaces } from '../../functions/enrolment/store.ts';
import { approved } from './places.ts';

describe('a row from a stream', () => {
  it('is the places, without the row’s own keys', () => {
    const places = approved({ sweepDue: '2025-07-01T00:00:00.000Z' });
    const keys = { pk: `LEARNER#${places.learnerId}`, sk: 'PLACES', pendingLot: '1' };
    expect(toPlaces({ ...keys, ...places })).toEqual(places);
  });

  it('of 0.1.0, which was in another index, is the same places; written again it leaves that index', () => {
    const dueAt = '2025-07-01T00:00:00.000Z';
    const { dueAt: _, ...places } = approved();
    const row = { pk: `LEARNER#${places.learnerId}`, sk: 'PLACES', dueLot: '1', dueAt, ...places };
    expect(toPlaces(row)).toEqual({ ...places, dueAt });
    const again = toRow(toPlaces(row));
    expect(again).toMatchObject({ lookAt: dueAt, lookLot: expect.any(String) });
    expect(again).not.toHaveProperty('dueLot');
    expect(toPlaces(again)).toEqual({ ...places, dueAt });
  });

  it('of the same learner’s history is no row of places', () => {
    expect(placesOfRow({ pk: 'LEARNER#x', sk: 'ENDED#2025' })).toBe(undefined);
  });
});
