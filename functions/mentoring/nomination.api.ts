import { dayIn, mentoringOn } from '../../regions/calendar.ts';
import { anew } from '../identity/attempt.store.ts';
import { now } from '../runtime/clock.ts';
import { Ruled } from '../runtime/errors.ts';
import type { Call } from '../runtime/http.ts';
import { rememberAnswer } from '../runtime/idempotency.ts';
import { derivedId } from '../runtime/ids.ts';
import { sendNotice } from '../runtime/notice.ts';
import { region } from '../runtime/region.ts';
import { auditEntry } from '../runtime/trail.ts';
import { NominationId, type nominationRoutes } from './nomination.contract.ts';
import { distinctAddresses, nominationLink, wrongNomination } from './nomination.rules.ts';
import { nominationStore } from './nomination.store.ts';
import { environment, staff } from './people.api.ts';
import { did, wholeRegion } from './vetting.api.ts';

type Routes = typeof nominationRoutes;

const { MENTORING_TABLE, AUDIT_TABLE, NOTICES_TABLE } = environment;
const nominations = nominationStore(MENTORING_TABLE);

async function nominateMentors(call: Call<Routes['nominateMentors']>) {
  const { caller, body, claim } = call;
  const member = await staff.memberOf(caller);
  wholeRegion(member);
  const wrong = wrongNomination(region, body, mentoringOn(region, dayIn(region, now())));
  if (wrong !== undefined) throw new Ruled(wrong);
  const nominationId = derivedId(NominationId, 'nom', claim.id);
  return anew(async () => {
    const done = await nominations.nominate({
      university: body.university,
      emails: distinctAddresses(body.emails),
      nominationId,
      now: now(),
      notice: (email) => invitation(call, email),
      last: (answer) => [
        rememberAnswer(MENTORING_TABLE, claim, { status: 201, body: answer }),
        auditEntry(AUDIT_TABLE, {
          ...did(member, 'mentors-nominated'),
          subjects: [nominationId],
          details: [String(answer.nominated)],
        }),
      ],
    });
    return done && { body: done };
  });
}

/** The write that mails one who is nominated. */
function invitation({ body, apiUrl }: Call<Routes['nominateMentors']>, email: string) {
  const to = { kind: 'address', email, language: body.language } as const;
  const facts = { link: nominationLink(region, apiUrl) };
  return sendNotice(NOTICES_TABLE, { kind: 'mentor-nominated', to, facts });
}

/** The route of nominations. */
export const nominationHandlers = { nominateMentors };
