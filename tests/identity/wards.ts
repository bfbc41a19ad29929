import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { identity, type LearnerId } from '../../functions/identity/contract.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { child, type Neighbours, openNeighbours } from './neighbours.ts';

/** The village for one file of tests, each of which begins at noon of a day in summer. */
export function summerVillage(): () => Neighbours {
  captureLog();
  let village: Neighbours;
  beforeAll(async () => {
    village = await openNeighbours();
  });
  beforeEach(() => {
    village.setTime('2025-07-01T12:00');
  });
  afterAll(() => village.close());
  return () => village;
}

/** What a father sends to register a child, with parts of it otherwise. */
export const ward = (otherwise: object = {}) => ({
  body: { ...child(otherwise), relation: 'father' },
});

/** Registers a child. */
export async function added(
  guardian: ReturnType<Neighbours['as']>,
  otherwise: object = {},
): Promise<LearnerId> {
  const { addChild } = identity.routes;
  const { status, body } = await guardian(addChild, ward(otherwise));
  expect(status).toBe(201);
  return addChild.answers.body.parse(body).learnerId;
}
