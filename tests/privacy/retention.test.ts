import { describe, expect, it } from 'vitest';
import { Application, ApplicationId } from '../../functions/eligibility/contract.ts';
import { eligibilityStore } from '../../functions/eligibility/store.ts';
import { LearnerId } from '../../functions/identity/contract.ts';
import { Report, ReportId } from '../../functions/mentoring/report.contract.ts';
import { reportStore } from '../../functions/mentoring/report.store.ts';
import { transact } from '../../functions/runtime/dynamodb.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { concern } from '../mentoring/concerned.ts';
import { everything, openHouse, run, setTime } from './house.ts';
import { report } from './persons.ts';

openHouse();
const applications = eligibilityStore('eligibility');
const reports = reportStore('mentoring');

async function apply(state: 'rejected' | 'approved') {
  const at = '2022-06-01T15:30:00.000Z';
  const findings = [{ rule: 'officer-judged', met: true, explanation: 'Form 7 was shown.' }];
  const application = Application.parse({
    applicationId: newId(ApplicationId, 'app'),
    learnerId: newId(LearnerId, 'lrn'),
    ...{ groupId: 'low-income', areaId: 'river', stage: 'high', state },
    ...{ submittedAt: at, changedAt: at },
    ...(state === 'approved' ? { validUntil: '2030-12-31' } : {}),
    decision: {
      ...{ outcome: state, policyVersion: 'first-2025', legalBasis: 'Ordinance', findings },
      ...{ decidedBy: 'officer', decidedAt: at },
    },
  });
  const claim = { id: application.applicationId, fingerprint: '' };
  await applications.keep(application, claim, '2022-06-01');
  return application.applicationId;
}

/** A report of 1 March 2020. */
async function reported(state: 'open' | 'dismissed', decidedAt?: string) {
  const reportId = newId(ReportId, 'rpt');
  const who = { about: { kind: 'staff' }, reporter: { kind: 'login', sub: 'somebody' } };
  const report = Report.parse({
    ...{ reportId, state, words: 'Something was wrong.', createdAt: '2020-03-01T00:00:00.000Z' },
    ...who,
    decidedAt,
  });
  await transact([reports.create(report)]);
  return reportId;
}

describe('given what has been kept for as long as the region says', () => {
  it('a closed application goes after 36 months, to the day, is counted without a person, and stays while a report is open', async () => {
    const [rejected, approved] = [await apply('rejected'), await apply('approved')];
    const held = await apply('rejected');
    const concerned = (await applications.read(held))?.application.learnerId;
    if (concerned === undefined) throw new Error('there is no application');
    await report(concerned, true);
    // In a copy: of a report that stayed with the host, which nobody can decide here.
    const named = await apply('rejected');
    const known = (await applications.read(named))?.application.learnerId;
    if (known === undefined) throw new Error('there is no application');
    await concern(known, 'elsewhere');
    // 1 June 2022 in UTC is the day that counts.
    setTime('2025-05-31T14:00:00Z');
    await run();
    expect(await applications.read(rejected)).toBeDefined();
    setTime('2025-06-01T00:00:00Z');
    await run();
    expect(await applications.read(rejected)).toBeUndefined();
    expect(await applications.read(named)).toBeUndefined();
    expect(await applications.read(approved)).toBeDefined();
    const left = await everything();
    expect(left).not.toContain(`APPLICATION#${rejected}`);
    expect(left).toContain('"pk":"DECIDED#2022-06"');
    // Edge case 35: while a report concerns the learner, nothing of it goes, and afterwards it does.
    expect(left).toContain(`APPLICATION#${held}`);
    await report(concerned, false);
    await run();
    expect(await everything()).not.toContain(held);
  });

  it('a report goes 60 months after it was decided, whenever it was made; one that is open stays however old it is', async () => {
    const open = await reported('open');
    const dismissed = await reported('dismissed', '2020-06-01T00:00:00.000Z');
    const later = await reported('dismissed', '2020-06-02T00:00:00.000Z');
    setTime('2025-05-31T14:00:00Z');
    await run();
    expect(await reports.read(dismissed)).toBeDefined();
    setTime('2025-06-01T00:00:00Z');
    await run();
    expect(await reports.read(dismissed)).toBeUndefined();
    expect(await reports.read(later)).toBeDefined();
    expect(await reports.read(open)).toBeDefined();
    setTime('2025-06-02T00:00:00Z');
    await run();
    expect(await reports.read(later)).toBeUndefined();
  });
});
