import express, { type Router } from 'express';
import { z } from 'zod';
import { Fault } from './faults.ts';
import type { Gate } from './gate.ts';
import { jsonBody } from './json-body.ts';
import { Person } from './people.ts';
import { bodyOf, nobodyHere } from './plain-errors.ts';
import type { Provider } from './provider.ts';
import { Refusal } from './refusal.ts';
import type { Registry } from './registry.ts';
import type { Scanner } from './scanner.ts';

const NewPeople = z.strictObject({ people: z.array(Person).min(1).max(10_000) });

/**
 * What a test or a demonstration does behind the back of the parties: lets them fail, and looks at what
 * they really hold. Not for the region, which must get by with what the parties answer.
 */
export function controlRoutes(
  providers: ReadonlyMap<string, Provider>,
  registry: Registry,
  scanner?: Scanner,
): Router {
  const router = express.Router();
  router.use(jsonBody(['application/json']));
  for (const [id, provider] of providers) {
    router.use(`/providers/${id}`, providerControl(provider));
  }
  router.use('/providers/:id', (request) => {
    const known = [...providers.keys()].join(', ') || 'none';
    const message = `there is no provider "${request.params.id}"; there are: ${known}`;
    throw new Refusal(404, 'unknown-provider', message);
  });
  router.use('/registry', registryControl(registry));
  if (scanner !== undefined) router.use('/scanner', gateControl(scanner.gate));
  router.use(nobodyHere);
  return router;
}

function providerControl({ accounts, gate }: Provider): Router {
  const router = gateControl(gate);
  router.get('/accounts', (_request, response) => {
    response.json(
      accounts.list().accounts.map(({ id, document: { externalId, userName, active } }) => {
        return { id, externalId, userName, active };
      }),
    );
  });
  router.use(nobodyHere);
  return router;
}

function registryControl({ people, gate }: Registry): Router {
  const router = gateControl(gate);
  router
    .route('/people')
    .get((_request, response) => {
      response.json(people.list());
    })
    .put((request, response) => {
      people.put(bodyOf(NewPeople, request.body).people);
      response.status(204).end();
    });
  return router;
}

function gateControl(gate: Gate): Router {
  const router = express.Router();
  router
    .route('/faults')
    .get((_request, response) => {
      response.json(gate.faults.list());
    })
    .post((request, response) => {
      response.status(201).json(gate.faults.add(bodyOf(Fault, request.body)));
    })
    .delete((_request, response) => {
      gate.faults.clear();
      response.status(204).end();
    });
  router.get('/requests', (_request, response) => {
    response.json(gate.requests());
  });
  return router;
}
