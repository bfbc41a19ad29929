import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { vi } from 'vitest';
import * as z from 'zod';
import { identity } from '../../functions/identity/contract.ts';
import { documents } from '../../functions/runtime/dynamodb.ts';
import type { Route } from '../../functions/runtime/route.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { loadApi, loadHandler } from '../runtime/handlers.ts';
import { invoke, learnerClaims, staffClaims } from '../runtime/requests.ts';
import { at, village } from '../runtime/village.ts';
import { Pools } from './pool.ts';

const { routes } = identity;

/** A mail that was sent, in the notices table. */
const Mail = z.object({
  message: z.object({
    kind: z.string(),
    to: z.union([z.object({ email: z.string() }), z.object({ learnerId: z.string() })]),
    facts: z.record(z.string(), z.string()),
  }),
});

/** A job that looks at the time that it has left. */
type TimedJob = (event: unknown, clock: { getRemainingTimeInMillis(): number }) => Promise<void>;

interface Told {
  readonly body?: object;
  readonly params?: Record<string, string>;
  readonly query?: Record<string, string>;
  readonly key?: string;
  readonly ifMatch?: string;
}

/**
 * The village's identity as a function runs it, with time, logins and guardians in the test's hands. Each file of
 * tests has one; logins of different names do not meet.
 */
export async function openNeighbours() {
  vi.useFakeTimers({ toFake: ['Date'] });
  const cloud: Cloud = await openCloud(new Pools());
  await cloud.createTable('identity', ['due', 'dueLot', 'dueOn']);
  await cloud.createTable('notices');
  await cloud.createTable('audit');
  Object.assign(process.env, {
    IDENTITY_TABLE: 'identity',
    NOTICES_TABLE: 'notices',
    AUDIT_TABLE: 'audit',
  });
  const origins = ['https://learn.village.example'];
  const region = village({ deployment: { ...village().deployment, origins } });
  const modules = { '#region': region };
  const loadJob = async (policies = region.policies) => {
    const modules = { '#region': { ...region, policies } };
    const handler = await loadHandler<TimedJob>('identity/consent.job', modules);
    /** @param left - the milliseconds that it has left, each time it looks */
    return (left = () => 300_000) => handler({}, { getRemainingTimeInMillis: left });
  };
  const api = await loadApi('identity', modules);
  const runJob = await loadJob();
  let [keys, people] = [0, 0];

  async function send(route: Route, claims: Record<string, string> | undefined, told: Told) {
    keys += 1;
    const { key = `key-of-test-${keys}`, ifMatch, ...sent } = told;
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      'idempotency-key': key,
      ...(claims === undefined ? {} : { authorization: `Bearer ${claims['sub']}` }),
      ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
    };
    return invoke(api, route, { ...sent, headers, ...(claims === undefined ? {} : { claims }) });
  }

  /** Every row of a table. */
  async function rows(TableName = 'identity'): Promise<Record<string, unknown>[]> {
    const { Items = [] } = await documents.send(
      new ScanCommand({ TableName, ConsistentRead: true }),
    );
    return Items;
  }

  async function mails(to?: string) {
    const found = (await rows('notices')).map((row) => Mail.parse(row).message);
    return to === undefined ? found : found.filter((mail) => Object.values(mail.to).includes(to));
  }

  /** The secrets in the links of a kind that were mailed to an address, in no order. */
  async function tokensIn(kind: string, email: string): Promise<string[]> {
    const links = (await mails(email)).filter((mail) => mail.kind === kind);
    return links.flatMap(({ facts }) => facts['link']?.split('#')[1] ?? []);
  }

  /** The secret in the one link of a kind that was mailed to an address. */
  async function tokenIn(kind: string, email: string): Promise<string> {
    const [token, ...more] = await tokensIn(kind, email);
    if (token !== undefined && more.length === 0) return token;
    throw new Error(`not one mail "${kind}" with a link`);
  }

  const as =
    (sub: string) =>
    (route: Route, told: Told = {}) =>
      send(route, learnerClaims(sub), told);

  function newChild() {
    people += 1;
    // The end keeps the first from being found in the tenth.
    const login = `child-${people}-end`;
    const [mother, father] = [`mother-${people}@example.com`, `father-${people}@example.com`];
    return { login, mother, father, email: `${login}@village.example`, api: as(login) };
  }

  return {
    cloud,
    rows,
    mails,
    /** As a login of the public pool. */
    as:
      (sub: string) =>
      (route: Route, told: Told = {}) =>
        send(route, learnerClaims(sub), told),
    anyone: (route: Route, told: Told = {}) => send(route, undefined, told),
    staff: (route: Route, told: Told = {}) =>
      send(route, staffClaims('first-administrator', 'administrator'), told),
    runJob,
    /** The job of a region that has got other policies since. */
    loadJob,
    /** Sets the time by the village's clock. */
    setTime: (local: string) => vi.setSystemTime(at(local).epochMilliseconds),
    tokenIn,
    tokensIn,
    /** A child of eleven who has signed up, and the addresses of two guardians. */
    newChild,
    /** A child who has asked its mother, and its father too, with the links that they were mailed. */
    async asked(both: boolean) {
      const one = newChild();
      const guardianEmails = both ? [one.mother, one.father] : [one.mother];
      const body = { birthDate: '2014-05-20', language: 'ko', guardianEmails };
      const { status } = await one.api(routes.askConsent, { body });
      if (status !== 202) throw new Error(`asking was answered with ${status}`);
      const links = await Promise.all(
        guardianEmails.map((email) => tokenIn('consent-asked', email)),
      );
      const [mothers = '', fathers = ''] = links;
      return { ...one, mothers, fathers };
    },
    grant: (token: string) =>
      send(routes.answerAsked, undefined, {
        body: { token, answer: 'granted', guardianName: '이순자', relation: 'mother' },
      }),
    refuse: (token: string) =>
      send(routes.answerAsked, undefined, { body: { token, answer: 'refused' } }),
    /** Every row of identity that one of the words is in. */
    async traces(...words: string[]) {
      return (await rows()).filter((row) =>
        words.some((word) => JSON.stringify(row).includes(word)),
      );
    },
    close: async () => {
      vi.useRealTimers();
      await cloud.close();
    },
  };
}

export type Neighbours = Awaited<ReturnType<typeof openNeighbours>>;

/** A profile of a child of eleven in the summer of 2025. */
export const child = (otherwise: object = {}) => ({
  name: '김하늘',
  birthDate: '2014-05-20',
  stage: 'elementary',
  areaId: 'river',
  language: 'ko',
  ...otherwise,
});
