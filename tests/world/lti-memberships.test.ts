import express from 'express';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { openWorld, type World } from '../../world/world.ts';
import { launching, learner } from './lti-launch.ts';
import { openPlatform } from './own-platform.ts';
import { ask } from './scim-client.ts';

const mediaType = 'application/vnd.ims.lti-nrps.v2.membershipcontainer+json';
const member = (name: string) => ({ user_id: name, roles: [learner], status: 'Active' });

let platform: Awaited<ReturnType<typeof openPlatform>>;
let world: World;
let loom: ReturnType<typeof launching>;
/** What the tool sent to the token endpoint. */
let granted: Record<string, string>[];
/** What the platform answers instead, when a test says so. */
let refusing: { at: string; status: number } | undefined;

beforeAll(async () => {
  platform = await openPlatform();
  platform.app.use((request, response, next) => {
    if (refusing?.at === request.path) response.status(refusing.status).end();
    else next();
  });
  platform.app.post('/token', express.urlencoded({ extended: false }), (request, response) => {
    granted.push(request.body);
    response.json({ access_token: 'open-sesame', token_type: 'Bearer', expires_in: 60 });
  });
  platform.app.get('/members', (request, response) => {
    if (request.get('authorization') !== 'Bearer open-sesame') {
      response.status(401).end();
      return;
    }
    const page = Number(request.query['page'] ?? 1);
    const last = `<${platform.url}/members>; rel="first"`;
    if (page < 3) response.set('link', `${last}, <members?page=${page + 1}>; rel="next"`);
    const members = [member(`acc_${page}`)];
    const body = { id: `${platform.url}/members`, context: { id: 'course' }, members };
    response.type(mediaType).send(JSON.stringify(body));
  });
  world = await openWorld({
    providers: [{ id: 'loom', kind: 'lti' }],
    registry: { key: 'key' },
    platform: platform.address,
  });
  loom = launching(world, platform);
});
beforeEach(() => {
  granted = [];
  refusing = undefined;
});
afterAll(async () => {
  await world.close();
  await platform.close();
});

const read = () => ask(`${world.url}/control/providers/loom/memberships`, 'POST', {});

it('cannot say who is in a course before a launch has said where', async () => {
  expect((await read()).status).toBe(409);
  const named = 'https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice';
  const service = {
    context_memberships_url: `${platform.url}/members`,
    service_versions: ['2.0'],
  };
  expect((await loom.launch({ [named]: service })).status).toBe(200);
});

it('reads all pages of a course, with a token for which the tool has signed', async () => {
  const { status, body } = await read();
  expect(status).toBe(200);
  expect(body).toEqual({ members: ['acc_1', 'acc_2', 'acc_3'].map(member), pages: 3 });
  const [{ client_assertion = '', ...asked } = {}] = granted;
  expect(asked).toEqual({
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    scope: 'https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly',
  });
  expect(await loom.read(client_assertion, platform.address.token)).toMatchObject({
    sub: 'loom',
    jti: expect.any(String),
  });
});

it.each(['/token', '/members'])('says when the platform refuses at %s', async (at) => {
  refusing = { at, status: 403 };
  const { status, body } = await read();
  expect(status).toBe(502);
  expect(JSON.stringify(body)).toContain(`${platform.url}${at} was of no use: it answered 403`);
});
