import { describe, expect, it } from 'vitest';
import type { Application } from '../../functions/eligibility/contract.ts';
import { roomOfAppointment } from '../../functions/mentoring/appointment.rules.ts';
import { holdStore } from '../../functions/mentoring/hold.store.ts';
import { momentOf } from '../../functions/runtime/clock.ts';
import { transact } from '../../functions/runtime/dynamodb.ts';
import { application, decided } from '../eligibility/applications.ts';
import { concern } from './concerned.ts';
import {
  book,
  booked,
  consultant,
  first,
  type Learner,
  refusal,
  second,
  there,
  third,
  toldOf,
  visitOf,
} from './consultants.ts';
import { ask, learner, openMatching, passes, routes } from './matches.ts';
import { setTime } from './mentorships.ts';

const cloud = openMatching(there);

describe('given an appointment', () => {
  const cancelMine = (who: Learner, appointmentId: string) =>
    ask(who, routes.cancelMyAppointment, { params: { appointmentId } });

  it('called off in time it is free again, for them too; twice is fine', async () => {
    const [who, them] = [await learner(), await consultant()];
    const id = await booked(who, them, first);
    await booked(who, them, second);
    expect(await cancelMine(who, id)).toMatchObject({ status: 204 });
    expect(await cancelMine(who, id)).toMatchObject({ status: 204 });
    expect(await book(who, them, first)).toMatchObject({ status: 201 });
  });

  it('called off late its time is free, and it counts until that is over', async () => {
    const [who, them] = [await learner(), await consultant()];
    const id = await booked(who, them, first);
    await booked(who, them, second);
    setTime('2025-06-08T07:00:01Z');
    expect(await cancelMine(who, id)).toMatchObject({ status: 204 });
    expect(await book(who, them, third)).toMatchObject(refusal(409, 'too-many-appointments'));
    expect(await book(await learner(), them, first)).toMatchObject({ status: 201 });
  });

  it('called off by the consultant it counts no more', async () => {
    const [who, them] = [await learner(), await consultant()];
    const [appointmentId] = [await booked(who, them, first), await booked(who, them, second)];
    setTime('2025-06-09T06:59:00Z');
    const params = { appointmentId };
    expect(await ask(them, routes.cancelAppointment, { params })).toMatchObject({ status: 204 });
    expect(await book(who, them, third)).toMatchObject({ status: 201 });
  });

  it('online, both get the address of one room, from ten minutes before its beginning on', async () => {
    cloud().secrets.put('meetings', { key: 'a secret of tests that is long enough' });
    const [who, them] = [await learner(), await consultant()];
    const params = { appointmentId: await booked(who, them, first) };
    const rooms = () =>
      Promise.all([
        ask(who, routes.readMyMeeting, { params }),
        ask(them, routes.readAppointmentMeeting, { params }),
      ]);
    for (const early of await rooms())
      expect(early).toMatchObject(refusal(409, 'meeting-not-open'));
    setTime('2025-06-09T06:50:00Z');
    const [ours, theirs] = (await rooms()).map(visitOf);
    expect(ours?.room).toBe(theirs?.room);
    expect([ours?.user.name, ours?.user.moderator]).toEqual(['김하늘', 'false']);
    expect([theirs?.user.name, theirs?.user.moderator]).toEqual(['박상담', 'true']);
    setTime('2025-06-09T08:00:00Z');
    for (const late of await rooms()) expect(late).toMatchObject(refusal(409, 'appointment-over'));
  });

  it('edge case 2: nobody comes to it while the approval is suspended', async () => {
    const [who, them] = [await learner(), await consultant()];
    const { body } = await book(who, them, first);
    const appointment = routes.bookAppointment.answers.body.parse(body);
    const approved = decided(application(), 'approved');
    const roomWith = (one: Application) =>
      roomOfAppointment(there, appointment, [one], momentOf(first));
    expect(roomWith({ ...approved, state: 'suspended' })).toMatchObject({
      code: 'approval-suspended',
    });
    expect(roomWith(approved)).toMatchObject({ from: momentOf('2025-06-09T06:50:00Z') });
  });

  it('is reminded of a day and an hour before, once each; not once it is called off', async () => {
    const [who, other, them] = [await learner(), await learner(), await consultant()];
    await booked(who, them, first);
    const off = await booked(other, them, second);
    const reminders = async (moment: string) => {
      setTime(moment);
      await Promise.all([passes(), passes()]);
      return toldOf(who, 'appointment-reminder');
    };
    expect(await reminders('2025-06-08T06:59:59Z')).toBe(0);
    await cancelMine(other, off);
    expect(await reminders('2025-06-08T07:00:00Z')).toBe(1);
    expect(await reminders('2025-06-09T06:00:00Z')).toBe(2);
    expect(await reminders('2025-06-09T07:00:00Z')).toBe(2);
    expect(await toldOf(other, 'appointment-reminder')).toBe(0);
  });

  it('is not reminded of when that would come too late', async () => {
    const [who, them] = [await learner(), await consultant()];
    await booked(who, them, first);
    setTime(first);
    await passes();
    expect(await toldOf(who, 'appointment-reminder')).toBe(0);
  });

  it('is nobody else’s', async () => {
    const [who, them] = [await learner(), await consultant()];
    const appointmentId = await booked(who, them, first);
    const nothing = refusal(404, 'no-such-appointment');
    expect(await cancelMine(await learner(), appointmentId)).toMatchObject(nothing);
    const params = { appointmentId };
    expect(await ask(await consultant(), routes.cancelAppointment, { params })).toMatchObject(
      nothing,
    );
  });

  it('its outcome is told from its beginning on, for seven days', async () => {
    const [who, them] = [await learner(), await consultant()];
    const appointmentId = await booked(who, them, first);
    const tell = (outcome: string, summary?: string) =>
      ask(them, routes.tellAppointment, { params: { appointmentId }, body: { outcome, summary } });
    expect(await tell('completed')).toMatchObject(refusal(409, 'appointment-not-begun'));
    setTime('2025-06-09T07:20:00Z');
    expect(await tell('learner-no-show')).toMatchObject({ status: 200 });
    expect(await tell('completed', 'Three universities.')).toMatchObject({
      body: { state: 'ended', outcome: 'completed', summary: 'Three universities.' },
    });
    expect(await cancelMine(who, appointmentId)).toMatchObject(refusal(409, 'appointment-over'));
    setTime('2025-06-16T15:00:00Z');
    expect(await tell('completed')).toMatchObject(refusal(409, 'appointment-too-late'));
  });

  it('edge case 35: is deleted when the policy says, but not while a report concerns the consultant', async () => {
    const [who, them] = [await learner(), await consultant()];
    await booked(who, them, first);
    const holds = holdStore('mentoring');
    const hold = await concern(them.staffId);
    const left = async () => {
      const query = { since: '2025-06-01' };
      const { body } = await ask(who, routes.listMyAppointments, { query });
      return routes.listMyAppointments.answers.body.parse(body).appointments.length;
    };
    setTime('2025-09-07T15:00:00Z');
    await passes();
    expect(await left()).toBe(1);
    const held = await holds.read(them.staffId);
    await transact([holds.change({ ...hold, concerned: [] }, held, '2025-09-07T15:00:00.000Z')]);
    setTime('2025-09-08T15:00:00Z');
    await passes();
    expect(await left()).toBe(0);
  });
});
