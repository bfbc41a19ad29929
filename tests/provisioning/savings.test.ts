import { beforeAll, describe, expect, it, vi } from 'vitest';
import { type Month, provisioning, Savings } from '../../functions/provisioning/contract.ts';
import { monthIn } from '../../functions/provisioning/seats.rules.ts';
import { now } from '../../functions/runtime/clock.ts';
import { AreaId } from '../../regions/schema.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { invoke } from '../runtime/requests.ts';
import { village } from '../runtime/village.ts';
import { desk, idAt } from './desk.ts';

captureLog();
const at = desk();
const { readSavings, downloadSavings, settleTask } = provisioning.routes;
const api = () => at().bundled['provisioning/api'];
const month = (): Month => monthIn(village(), now());
type Claims = Record<string, string>;
let claims: Claims;

/** The sweep, as Lambda runs it, when it has had much else to do: of 75 seconds so many are left. */
const sweep = (left = () => 30_000) =>
  at().bundled['provisioning/sweep.job']({}, { getRemainingTimeInMillis: left });

const ask = (from: Month, until: Month, whose: Claims = claims) =>
  invoke(api(), readSavings, { claims: whose, query: { from, until } });

async function seatsAt(providerId: string, from: Month, until: Month) {
  const { providers, countedUntil } = Savings.parse((await ask(from, until)).body);
  const found = providers.find((one) => one.providerId === providerId);
  return { countedUntil, seats: found?.months.map(({ seats }) => seats) };
}

beforeAll(async () => {
  // Noon of the tenth, so that no test meets the turn of a month.
  vi.setSystemTime(new Date('2026-03-10T03:00:00Z'));
  at().cloud.clock.advance(0);
  claims = (await at().coordinator()).claims;
});

describe('given learners with accounts', () => {
  it('the report has their seats of each month, those who left within it included', async () => {
    const [stays, leaves] = [await at().chosen('hand'), await at().chosen('hand')];
    await at().work('hand');
    for (const learnerId of [stays, leaves]) {
      const fence = (await at().account(learnerId, 'hand'))?.fence;
      const params = { providerId: 'hand', accountId: idAt(learnerId, 'hand') };
      const headers = { 'idempotency-key': crypto.randomUUID() };
      const body = { outcome: 'done', fence };
      const told = await invoke(api(), settleTask, { claims, params, headers, body });
      expect(told.status).toBe(204);
    }
    await at().giveBack(leaves);
    await at().work('hand');
    await sweep();
    await sweep();
    expect(await seatsAt('hand', '2026-02', '2026-03')).toEqual({
      countedUntil: '2026-03-10',
      seats: [2],
    });
    at().wait(40 * 24 * 60);
    expect(month()).toBe('2026-04');
    await sweep();
    expect(await seatsAt('hand', '2026-03', '2026-04')).toEqual({
      countedUntil: '2026-04-19',
      seats: [2, 1],
    });
  });

  it('a count ends after some seconds, and goes on with the next sweep', async () => {
    at().wait(24 * 60);
    let left = 75_000;
    await sweep(() => {
      left -= 1_500;
      return left;
    });
    const counted = async () => (await seatsAt('hand', '2026-03', '2026-04')).countedUntil;
    expect(await counted()).toBe('2026-04-19');
    for (let minute = 0; minute < 4; minute += 1) await sweep();
    expect(await counted()).toBe('2026-04-20');
  });

  it('is a table, too', async () => {
    const query = { from: '2026-03', until: '2026-03' };
    const answer = await invoke(api(), downloadSavings, { claims, query });
    expect(answer.status).toBe(200);
    const table = Buffer.from(String(answer.body), 'base64').toString();
    expect(table).toContain('\r\nmonth,hand,donated,2026-03,2,');
  });
});

describe('who reads what content costs', () => {
  it('nobody who serves an area', async () => {
    const { claims: ofArea } = await at().coordinator(AreaId.parse('north'));
    expect(await ask('2026-03', '2026-03', ofArea)).toMatchObject({
      status: 403,
      body: { code: 'whole-region-only' },
    });
  });

  it.each([
    ['the last before the first', '2026-03', '2026-02'],
    ['more than two years', '2024-01', '2026-01'],
  ])('for months in order only: not %s', async (_, from, until) => {
    expect(await ask(from, until)).toMatchObject({
      status: 422,
      body: { code: 'no-such-period' },
    });
  });
});
