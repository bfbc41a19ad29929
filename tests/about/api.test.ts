import { beforeAll, describe, expect, it } from 'vitest';
import { about, Configuration } from '../../functions/about/contract.ts';
import { type ApiHandler, loadApi } from '../runtime/handlers.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { context, invoke, requestTo } from '../runtime/requests.ts';
import { village } from '../runtime/village.ts';

captureLog();

const { routes } = about;
let api: ApiHandler;

beforeAll(async () => {
  Object.assign(process.env, {
    PUBLIC_POOL_ID: 'public-pool',
    PUBLIC_CLIENT_ID: 'public-client',
    STAFF_POOL_ID: 'staff-pool',
    STAFF_CLIENT_ID: 'staff-client',
    COGNITO_ENDPOINT: 'https://cognito.village.example',
  });
  api = await loadApi('about', {
    '#region': village(),
    '#about': {
      openapi: '{"openapi":"3.1.0"}',
      files: {
        'index.html': { mediaType: 'text/html', text: '<p>' },
        'page.js': { mediaType: 'text/javascript', gzip: 'H4sI' },
      },
    },
  });
});

describe('given anyone, without a token', () => {
  it('hears that the API answers', async () => {
    expect(await invoke(api, routes.health)).toMatchObject({ status: 200, body: { status: 'ok' } });
  });

  it('learns what a client needs before anyone signs in', async () => {
    const { status, body } = await invoke(api, routes.configuration);
    expect(status).toBe(200);
    expect(Configuration.parse(body)).toMatchObject({
      region: { id: 'village', timeZone: 'Asia/Seoul', areas: [{ id: 'river' }, { id: 'hill' }] },
      publicPool: { poolId: 'public-pool', clientId: 'public-client' },
      staffPool: { poolId: 'staff-pool', clientId: 'staff-client' },
      endpoints: { cognito: 'https://cognito.village.example', api: 'https://api.village.example' },
    });
  });

  it('row 31: learns which services an area has, where it has not all', async () => {
    const areas = [
      { id: 'river', name: { ko: '강', en: 'River' } },
      { id: 'hill', name: { ko: '언덕', en: 'Hill' }, services: ['consulting' as const] },
    ];
    const other = await loadApi('about', { '#region': village({ areas }), '#about': {} });
    const { body } = await invoke(other, routes.configuration);
    expect(Configuration.parse(body).region.areas).toEqual(areas);
  });

  it('rows 28 to 31: learns which governments are hosted, where they stand, and their services', async () => {
    const partner = {
      id: 'valley',
      name: { ko: '골짜기', en: 'Valley' },
      areas: ['hill'],
      from: { recruiting: '2025-03-10', live: '2025-04-01' },
    };
    const agreement = { signed: '2025-02-01', legalBasis: 'Agreement of the valley' };
    const quotas = [{ from: '2025-03-10', perArea: 7 }];
    const partners = [{ ...partner, agreement, quotas, services: ['consulting' as const] }];
    const other = await loadApi('about', { '#region': village({ partners }), '#about': {} });
    const { body } = await invoke(other, routes.configuration);
    const { region } = Configuration.parse(body);
    expect(region.partners).toEqual([{ ...partner, state: 'live' }]);
    expect(region.areas.map(({ services }) => services)).toEqual([undefined, ['consulting']]);
  });

  it('learns groups, evidence and places of the policy in force, and no address of anybody', async () => {
    const { body } = await invoke(api, routes.configuration);
    const { region } = Configuration.parse(body);
    // The machine's clock is past the beginning of the second policy.
    expect(region).toMatchObject({
      policy: { version: 'second-2026', consentAge: 15, deadlines: { consent: 14 }, switches: 2 },
      groups: [{ id: 'resident', evidence: [{ id: 'register-extract', validMonths: 3 }] }],
      places: { subject: 1, reading: 1 },
      intakes: [{ opens: '2025-03-01T09:00' }, { opens: '2026-03-02T09:00' }],
      incomeBands: [],
    });
    expect(JSON.stringify(body)).not.toContain('@');
  });

  it('reads the description of the API, and the page for people', async () => {
    expect(await invoke(api, routes.openapi)).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: { openapi: '3.1.0' },
    });
    expect(await invoke(api, routes.docs)).toMatchObject({
      status: 200,
      headers: {
        'content-type': 'text/html',
        'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      },
      body: '<p>',
    });
  });

  it('gets what the page needs, compressed', async () => {
    const event = requestTo(routes.docsFile, {
      params: { file: 'page.js' },
      headers: { 'accept-encoding': 'gzip, br' },
    });
    expect(await api(event, context)).toMatchObject({
      statusCode: 200,
      headers: { 'content-type': 'text/javascript', 'content-encoding': 'gzip' },
      body: 'H4sI',
      isBase64Encoded: true,
    });
  });

  it.each([
    ['another file', 'other.js'],
    ['a way out', '../api.mjs'],
    ['what every object has', 'constructor'],
    ['the parent of every object', '__proto__'],
  ])('gets 404 for %s', async (_what, file) => {
    expect(await invoke(api, routes.docsFile, { params: { file } })).toMatchObject({
      status: 404,
      body: { code: 'no-such-file' },
    });
  });
});
