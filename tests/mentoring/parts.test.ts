import { beforeAll, describe, expect, it } from 'vitest';
import { mentoring } from '../../functions/mentoring/contract.ts';
import { type Contract, type Route, routeKey } from '../../functions/runtime/route.ts';
import { apisOf } from '../../lib/support/entries.ts';
import { type ApiHandler, loadEach } from '../runtime/handlers.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { invoke } from '../runtime/requests.ts';
import { mentored } from './mentorships.ts';

const apis = apisOf(mentoring);
const whole: Contract = mentoring;
const all: readonly Route[] = Object.values(whole.routes);

describe('given the functions that serve mentoring', () => {
  const handlers = new Map<string, ApiHandler>();
  captureLog();
  beforeAll(async () => {
    const tables = ['mentoring', 'identity', 'audit', 'notices', 'eligibility', 'documents'];
    for (const name of tables) process.env[`${name.toUpperCase()}_TABLE`] = name;
    process.env['MEETINGS_SECRET'] = 'meetings';
    const entries = apis.map(({ entry }) => entry);
    const loaded = await loadEach<Record<string, ApiHandler>>(entries, { '#region': mentored });
    for (const [entry, handler] of Object.entries(loaded)) handlers.set(entry, handler);
  });

  it.each(apis)(
    'then $entry answers the routes that the contract gives it, and no others',
    async ({ entry, routes }) => {
      const handler = handlers.get(entry);
      if (handler === undefined) throw new Error(`${entry} exports no handler`);
      const served: string[] = [];
      for (const route of all) {
        // Nobody is signed in, so no route does anything: whoever serves it says so, or asks for what is missing.
        const { body } = await invoke(handler, route, {});
        if (!JSON.stringify(body).includes('no-such-route')) served.push(routeKey(route));
      }
      expect(served.sort()).toEqual(Object.values(routes).map(routeKey).sort());
    },
  );
});
