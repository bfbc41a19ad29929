import express, { type Router } from 'express';
import type { Gate } from './gate.ts';
import { jsonBody } from './json-body.ts';
import { type People, Person } from './people.ts';
import { answerPlainly, bodyOf, nobodyHere } from './plain-errors.ts';
import { Signatures } from './signature.ts';

const Check = Person.pick({ name: true, birthDate: true });

/** What the registry answers to a check. */
export type CheckResult =
  /** The person is on record; the words for groups and income are the registry's own, and may be none. */
  | {
      readonly result: 'confirmed';
      readonly groups: readonly string[];
      readonly incomeBand?: string | undefined;
    }
  /** No record has this name and day of birth. */
  | { readonly result: 'unknown' };

export interface Registry {
  readonly people: People;
  readonly key: string;
  readonly gate: Gate;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * A welfare registry that other agencies ask about one person at a time, by name and day of birth;
 * `POST /checks`, signed. It stores nothing about the question.
 */
export function registryRoutes({ people, key, gate, now }: Registry): Router {
  const router = express.Router();
  const signatures = new Signatures(key, now);
  const readBody = jsonBody(['application/json'], signatures.keepBytes);
  router.use(gate.enter, readBody, signatures.require, gate.linger);
  router.post('/checks', (request, response) => {
    const person = people.find(bodyOf(Check, request.body));
    signatures.answer(request, response, resultOf(person));
  });
  router.use(nobodyHere, answerPlainly);
  return router;
}

function resultOf(person: Person | undefined): CheckResult {
  if (person === undefined) return { result: 'unknown' };
  const { groups, incomeBand } = person;
  return { result: 'confirmed', groups, incomeBand };
}
