import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { audit } from '../../functions/audit/contract.ts';
import { eligibility, type OwnApplication } from '../../functions/eligibility/contract.ts';
import { enrolment } from '../../functions/enrolment/contract.ts';
import { granted } from '../people.ts';
import { until } from '../until.ts';
import { people } from './people.ts';

const { apply, listMine, listWaiting, readApplication, claim, decide } = eligibility.routes;
type Learner = Awaited<ReturnType<typeof people.newLearner>>;

async function applied(learner: Learner, groupId = 'multicultural'): Promise<OwnApplication> {
  const answer = await learner.api(apply, { body: { groupId } });
  if (answer.ok) return answer.body;
  throw new Error(`POST /applications answered ${answer.status} ${answer.problem.code}`);
}

describe('an application', () => {
  it('given a group that the registry confirms: approved at once, explained, with the policy version', async () => {
    const application = await applied(await people.newLearner(), 'low-income');
    expect(application).toMatchObject({
      state: 'approved',
      decision: {
        outcome: 'approved',
        decidedBy: 'registry',
      },
    });
    const findings = application.decision?.findings ?? [];
    expect(findings.map(({ rule }) => rule)).toContain('registry-confirms-group');
    expect(findings.filter(({ met }) => !met)).toEqual([]);
    expect(application.decision?.policyVersion).toBeTruthy();
    expect(application.decision?.legalBasis).toBeTruthy();
  });

  it('given someone whom the registry does not know: waits for an officer', async () => {
    const application = await applied(await people.newLearner({ name: '나모름' }), 'low-income');
    expect(application).toMatchObject({ state: 'waiting', waitingFor: 'registry-unknown' });
  });

  it('given a login without a profile: 422', async () => {
    const { api } = await people.newLogin();
    const answer = await api(apply, { body: { groupId: 'low-income' } });
    expect(answer).toMatchObject({ status: 422, problem: { code: 'profile-required' } });
  });

  it('given a group that the policy does not have: 422 that names those it has', async () => {
    const { api } = await people.newLearner();
    const answer = await api(apply, { body: { groupId: 'astronauts' } });
    expect(answer).toMatchObject({ status: 422, problem: { code: 'no-such-group' } });
  });

  it('given one that waits, or an approval: a second is a conflict', async () => {
    const waiting = await people.newLearner();
    await applied(waiting);
    expect(await waiting.api(apply, { body: { groupId: 'multicultural' } })).toMatchObject({
      status: 409,
      problem: { code: 'application-waiting' },
    });
    const approved = await people.newLearner();
    await applied(approved, 'low-income');
    expect(await approved.api(apply, { body: { groupId: 'multicultural' } })).toMatchObject({
      status: 409,
      problem: { code: 'already-approved' },
    });
  });

  it('given ten requests with one Idempotency-Key at once: one application, ten equal answers', async () => {
    const learner = await people.newLearner();
    const idempotencyKey = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        learner.api(apply, { body: { groupId: 'multicultural' }, idempotencyKey }),
      ),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.ok).toBe(true);
    expect(await learner.api(listMine, {})).toMatchObject({ body: { applications: [{}] } });
  });

  it('given the same key for another body: 422', async () => {
    const learner = await people.newLearner();
    const idempotencyKey = randomUUID();
    await learner.api(apply, { body: { groupId: 'multicultural' }, idempotencyKey });
    const answer = await learner.api(apply, { body: { groupId: 'low-income' }, idempotencyKey });
    expect(answer).toMatchObject({ status: 422, problem: { code: 'idempotency-key-reused' } });
  });
});

describe("an officer's decision", () => {
  it('approves: the learner sees it, and their places open', async () => {
    const learner = await people.newLearner({ areaId: 'jongno' });
    const { applicationId } = await applied(learner);
    const officer = await people.newStaff('officer', 'jongno');
    const params = { applicationId };
    granted(await officer.api(claim, { params }));
    const decided = await officer.api(decide, {
      params,
      body: { outcome: 'approved', reason: 'The family register was shown.' },
    });
    expect(decided).toMatchObject({
      ok: true,
      body: { state: 'approved', decision: { decidedBy: 'officer' } },
    });
    expect(await learner.api(listMine, {})).toMatchObject({
      body: { applications: [{ state: 'approved' }] },
    });
    await until(async () => {
      const places = await learner.api(enrolment.routes.listMine, {});
      return places.ok && places.body.approval?.applicationId === applicationId;
    });
    const { learnerId } = learner;
    const trail = await people.administrator.api(audit.routes.listEntries, {
      query: { learnerId },
    });
    expect(granted(trail).entries.map(({ action }) => action)).toEqual([
      'audit-read',
      'approved',
      'case-claimed',
      'applied',
    ]);
  });

  it('edge case 11: rejected, the learner may apply again as a new case, and the first stays as it was', async () => {
    const learner = await people.newLearner({ areaId: 'jongno' });
    const first = await applied(learner);
    const { api } = people.administrator;
    const input = {
      params: { applicationId: first.applicationId },
      body: { outcome: 'rejected', reason: 'No papers.' },
    } as const;
    granted(await api(claim, { params: input.params }));
    expect(await api(decide, input)).toMatchObject({ ok: true, body: { state: 'rejected' } });
    const second = await applied(learner);
    expect(second.applicationId).not.toBe(first.applicationId);
    const mine = await learner.api(listMine, {});
    expect(mine).toMatchObject({
      body: { applications: [{ state: 'waiting' }, { state: 'rejected' }] },
    });
  });

  it('given two officers at once: one has the case and decides it once, the other gets conflicts', async () => {
    const { applicationId } = await applied(await people.newLearner({ areaId: 'jongno' }));
    const params = { applicationId };
    const officers = [people.administrator, await people.newStaff('officer', 'jongno')];
    const claims = await Promise.all(officers.map(({ api }) => api(claim, { params })));
    expect(claims.map(({ status }) => status).sort()).toEqual([200, 409]);
    const outcomes = ['approved', 'rejected'] as const;
    const answers = await Promise.all(
      officers.flatMap(({ api }) =>
        outcomes.map((outcome) => api(decide, { params, body: { outcome, reason: 'As found.' } })),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
  });

  it('given a stale If-Match: 412', async () => {
    const { applicationId } = await applied(await people.newLearner());
    const { api } = people.administrator;
    const body = { outcome: 'approved', reason: 'As found.' } as const;
    const answer = await api(decide, { params: { applicationId }, body, ifMatch: '"7"' });
    expect(answer).toMatchObject({ status: 412, problem: { code: 'stale' } });
  });

  it('finds what waits in the area, oldest first, page by page', async () => {
    const learners = await Promise.all(
      [1, 2, 3].map(() => people.newLearner({ areaId: 'dobong' })),
    );
    const ids: string[] = [];
    for (const learner of learners) ids.push((await applied(learner)).applicationId);
    const officer = await people.newStaff('officer', 'dobong');
    const found: string[] = [];
    await until(async () => {
      found.length = 0;
      let cursor: string | undefined;
      do {
        const page = await officer.api(listWaiting, {
          query: { limit: 2, ...(cursor === undefined ? {} : { cursor }) },
        });
        if (!page.ok) return false;
        found.push(...page.body.applications.map(({ applicationId }) => applicationId));
        cursor = page.body.cursor;
      } while (cursor !== undefined);
      return found.length === 3;
    });
    expect(found).toEqual(ids);
  });
});

describe("edge case 50: another area's officer", () => {
  it('finds neither the application, nor the queue, nor a way to decide', async () => {
    const { applicationId } = await applied(await people.newLearner({ areaId: 'gangnam' }));
    const { api } = await people.newStaff('officer', 'mapo');
    const params = { applicationId };
    const body = { outcome: 'approved', reason: 'Not mine.' } as const;
    expect(await api(readApplication, { params })).toMatchObject({
      status: 404,
      problem: { code: 'no-such-application' },
    });
    expect(await api(decide, { params, body })).toMatchObject({
      status: 404,
      problem: { code: 'no-such-application' },
    });
    expect(await api(listWaiting, { query: { areaId: 'gangnam' } })).toMatchObject({
      status: 404,
      problem: { code: 'no-such-area' },
    });
  });
});

describe('edge case 5: one child, registered from two parents’ addresses', () => {
  it('confirmed by the registry at both, is approved once; the other waits for an officer of its area', async () => {
    const person = await people.newPerson();
    const [first, second] = [
      await applied(await people.newLearner({ ...person, areaId: 'guro' }), 'low-income'),
      await applied(await people.newLearner({ ...person, areaId: 'nowon' }), 'low-income'),
    ];
    expect([first.state, second.state]).toEqual(['approved', 'waiting']);
    const officer = await people.newStaff('officer', 'nowon');
    const { applicationId } = second;
    expect(await officer.api(readApplication, { params: { applicationId } })).toMatchObject({
      body: { waitingFor: 'resemblance', resembles: [{ areaId: 'guro', area: 'other' }] },
    });
  });
});
