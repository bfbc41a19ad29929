import { readEnvironment } from '../runtime/environment.ts';
import { NotFound, Ruled, Stale } from '../runtime/errors.ts';
import type { Call } from '../runtime/http.ts';
import { newId } from '../runtime/ids.ts';
import { region } from '../runtime/region.ts';
import { actingStore } from './acting.store.ts';
import { anew } from './attempt.store.ts';
import { type identity, identityEnvironments, MentorId } from './contract.ts';
import { mustStay } from './leaving.api.ts';
import { verifiedEmail } from './login.adapter.ts';
import { mentorStore } from './mentor.store.ts';
import { unknownLanguage } from './rules.ts';

const environment = readEnvironment(identityEnvironments.api);
const mentors = mentorStore(environment.IDENTITY_TABLE);
const learners = actingStore(environment.IDENTITY_TABLE);

type Routes = typeof identity.routes;
type WriteMentor = Call<Routes['writeMentor']>;

async function readMentor({ caller }: Call<Routes['readMentor']>) {
  const mentorId = await mentors.mentorIdOf(caller.sub);
  const found = mentorId === undefined ? undefined : await mentors.readMentor(mentorId);
  if (found !== undefined) return { body: found.person, version: found.version };
  throw new NotFound({
    code: 'not-a-mentor',
    detail: 'You are no mentor yet. Say who you are with PUT /me/mentor, then apply.',
  });
}

async function writeMentor(call: WriteMentor) {
  const wrong = unknownLanguage(region, call.body.language);
  if (wrong !== undefined) throw new Ruled(wrong);
  return anew(async () => {
    const mentorId = await mentors.mentorIdOf(call.caller.sub);
    return mentorId === undefined ? arrive(call) : replace(call, mentorId);
  });
}

/** Undefined where another request of the login was quicker. */
async function arrive({ caller, body, ifMatch }: WriteMentor) {
  if (ifMatch !== undefined) throw stale();
  mustStay(await learners.linksOf(caller.sub));
  const mentorId = newId(MentorId, 'mnt');
  const email = await verifiedEmail(caller.accessToken);
  const created = await mentors.createMentor(caller.sub, email, mentorId, body);
  return created ? { body: { mentorId, ...body }, version: 1 } : undefined;
}

/** Undefined where it changed meanwhile. */
async function replace({ body, ifMatch }: WriteMentor, mentorId: MentorId) {
  const found = await mentors.readMentor(mentorId);
  if (found === undefined) return undefined;
  if (ifMatch !== undefined && ifMatch !== found.version) throw stale();
  const person = { mentorId, ...body };
  const kept = await mentors.keepMentor({ ...found, person });
  return kept ? { body: person, version: found.version + 1 } : undefined;
}

function stale(): Stale {
  return new Stale({
    code: 'stale',
    detail:
      'What you are as a mentor is not as If-Match says. Read it with GET /me/mentor, apply your change, and send the new ETag.',
  });
}

/** What people do with who they are as mentors. */
export const mentoring = { readMentor, writeMentor };
