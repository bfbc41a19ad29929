import express, { type Router } from 'express';
import { z } from 'zod';
import type { ContentProvider } from './content-providers.ts';
import { Fault } from './faults.ts';
import type { Gate } from './gate.ts';
import { jsonBody } from './json-body.ts';
import { Person } from './people.ts';
import { bodyOf, nobodyHere } from './plain-errors.ts';
import { type Platform, PlatformAddress } from './platform.ts';
import { Refusal } from './refusal.ts';
import type { Registry } from './registry.ts';
import type { Scanner } from './scanner.ts';
import { Mode, Telling } from './webhook-provider.ts';

const NewPeople = z.strictObject({ people: z.array(Person).min(1).max(10_000) });

/** Those who stand around a region. */
export interface Parties {
  readonly providers: ReadonlyMap<string, ContentProvider>;
  readonly registry: Registry;
  readonly scanner: Scanner | undefined;
  readonly platform: Platform;
}

/**
 * What a test or a demonstration does behind the back of the parties: lets them fail, and looks at what
 * they really hold. Not for the region, which must get by with what the parties answer.
 */
export function controlRoutes({ providers, registry, scanner, platform }: Parties): Router {
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
  router.put('/platform', (request, response) => {
    platform.moved(bodyOf(PlatformAddress, request.body));
    response.status(204).end();
  });
  router.use(nobodyHere);
  return router;
}

function providerControl(provider: ContentProvider): Router {
  const { accounts, gate } = provider;
  const router = gateControl(gate);
  router.get('/accounts', (_request, response) => {
    response.json(
      accounts.list().accounts.map(({ id, document: { externalId, userName, active } }) => {
        return { id, externalId, userName, active };
      }),
    );
  });
  switch (provider.kind) {
    case 'scim':
      router.use(visitsControl(provider));
      break;
    case 'webhook':
      router.use(visitsControl(provider), webhookControl(provider));
      break;
    case 'lti':
      router.use(ltiControl(provider));
      break;
  }
  router.use(nobodyHere);
  return router;
}

function visitsControl({ wayIn }: Extract<ContentProvider, { kind: 'scim' | 'webhook' }>): Router {
  return express.Router().get('/visits', (_request, response) => {
    response.json(wayIn.visits());
  });
}

function webhookControl({
  webhook,
  events,
}: Extract<ContentProvider, { kind: 'webhook' }>): Router {
  const router = express.Router();
  router
    .route('/mode')
    .get((_request, response) => {
      response.json(webhook.mode);
    })
    .put((request, response) => {
      webhook.mode = bodyOf(Mode, request.body);
      response.status(204).end();
    });
  router.post('/tell', async (request, response) => {
    response.json(await webhook.tell(bodyOf(Telling, request.body)));
  });
  router.get('/told', (_request, response) => {
    response.json(events.told());
  });
  return router;
}

function ltiControl({ tool }: Extract<ContentProvider, { kind: 'lti' }>): Router {
  const router = express.Router();
  router.get('/launches', (_request, response) => {
    response.json(tool.launches());
  });
  router.post('/memberships', async (_request, response) => {
    response.json(await tool.memberships());
  });
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
  router
    .route('/arrivals')
    .get((_request, response) => {
      response.json(gate.arrivals());
    })
    .delete((_request, response) => {
      gate.forgetArrivals();
      response.status(204).end();
    });
  return router;
}
