import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import * as z from 'zod';
import { contracts } from '../../functions/contracts.ts';
import { documents } from '../../functions/documents/contract.ts';
import { eligibility } from '../../functions/eligibility/contract.ts';
import { enrolment } from '../../functions/enrolment/contract.ts';
import { identity } from '../../functions/identity/contract.ts';
import { Relation } from '../../functions/identity/guardian.contract.ts';
import { Name } from '../../functions/identity/learner.contract.ts';
import type { Route } from '../../functions/runtime/route.ts';
import { EvidenceId, GroupId } from '../../regions/schema.ts';
import { announced, files, send } from '../documents/files.ts';
import type { World } from '../neighbours.ts';
import { granted, type Learner, type People, profile } from '../people.ts';
import { until } from '../until.ts';
import type { MentoredTown } from '../whole/mentored-town.ts';
import type { TimeTravel } from '../whole/time-travel.ts';

const { routes } = identity;

/** Where and among whom the journeys are. */
export interface Harbour {
  readonly people: People;
  readonly world: World;
  readonly linkFor: TimeTravel['linkFor'];
  readonly town: MentoredTown;
  readonly officer: () => ReturnType<People['signIn']>;
}

/** Routes at which somebody reads what is theirs, and needs to say nothing for it. */
const ownPages: readonly Route[] = contracts
  .flatMap((contract): readonly Route[] => Object.values(contract.routes))
  .filter(({ method, path, access }) => {
    return method === 'GET' && access.pool === 'public' && !path.includes('{');
  });

/** What a page showed: its status, and what it said. */
export type Pages = Readonly<Record<string, { readonly status: number; readonly body: unknown }>>;

/** What a gateway says of a path that it does not know. */
const Unknown = z.strictObject({ message: z.string() });

/** All that somebody reads of themselves, as it comes; without what the release that serves does not have. */
export async function everything({ url }: People, token: string): Promise<Pages> {
  const read = await Promise.all(
    ownPages.map(async ({ path }) => {
      const headers = { authorization: `Bearer ${token}` };
      const response = await fetch(`${url}${path}`, { headers });
      const body: unknown = await response.json();
      return { path, status: response.status, body };
    }),
  );
  const served = read.filter(({ body }) => !Unknown.safeParse(body).success);
  return Object.fromEntries(
    served.map(({ path, status, body }) => [path, { status, body: status < 400 ? body : {} }]),
  );
}

export const newAddress = (who: string) => `${who}-${randomBytes(6).toString('hex')}@example.com`;

/** A child of eleven that signs up by itself and asks its mother and its father. */
export async function askingChild({ people, linkFor, town }: Harbour) {
  const child = await people.newLogin();
  const [mother, father] = [newAddress('mother'), newAddress('father')];
  const birthDate = (await town.today()).subtract({ years: 11, days: 100 }).toString();
  const person = await people.newPerson({ birthDate }, ['resident']);
  const mine = profile({ ...person, stage: 'elementary', areaId: 'uptown', language: 'en' });
  const wish = { birthDate, language: 'en', guardianEmails: [mother, father] };

  granted(await child.api(routes.askConsent, { body: wish }));
  await people.control.settle();
  async function consented() {
    const guardianName = Name.parse('Ann Lee');
    const relation = Relation.enum.mother;
    const token = await linkFor(mother, 'consent');
    const body = { token, answer: 'granted', guardianName, relation } as const;
    expect(granted(await people.anyone(routes.answerAsked, { body }))).toEqual({
      state: 'granted',
    });
    await people.control.settle();
  }
  async function refused() {
    const body = { token: await linkFor(father, 'consent'), answer: 'refused' } as const;
    granted(await people.anyone(routes.answerAsked, { body }));
    await people.control.settle();
  }
  async function takesBack() {
    const token = await linkFor(mother, 'consent/withdrawal');
    granted(await people.anyone(routes.takeBack, { body: { token } }));
  }
  return { ...child, profile: mine, consented, refused, takesBack };
}

/** A child whose mother has consented, and that is a learner. */
export async function consentedChild(harbour: Harbour) {
  const child = await askingChild(harbour);
  await child.consented();
  granted(await child.api(routes.writeMe, { body: child.profile }));
  return child;
}

type Caller = Pick<Learner, 'api'>;

export const placesOf = async ({ api }: Caller) =>
  granted(await api(enrolment.routes.listMine, {}));

/** The registry confirms a resident, and their places are open. */
export async function approved(resident: Caller): Promise<void> {
  const body = { groupId: GroupId.parse('resident') };
  expect(granted(await resident.api(eligibility.routes.apply, { body })).state).toBe('approved');
  await until(async () => (await placesOf(resident)).approval !== undefined);
}

/** A guest whom an officer has to see. */
export async function newApplicant({ people }: Harbour) {
  const learner = await people.newLearner({ areaId: 'uptown', language: 'en' }, []);
  const body = { groupId: GroupId.parse('guest') };
  const { applicationId } = granted(await learner.api(eligibility.routes.apply, { body }));
  return { ...learner, applicationId };
}
export type Applicant = Awaited<ReturnType<typeof newApplicant>>;

/** An officer decides. */
export async function decided(
  { officer }: Harbour,
  { applicationId }: Applicant,
  outcome: 'approved' | 'rejected',
): Promise<void> {
  const api = await officer();
  const params = { applicationId };
  granted(await api(eligibility.routes.claim, { params }));
  const body = eligibility.routes.decide.body.parse({ outcome, reason: 'As the papers show.' });
  expect(granted(await api(eligibility.routes.decide, { params, body })).state).toBe(outcome);
}

/** The letter of a host, handed in and found clean. */
export async function handsInLetter({ people, town }: Harbour, { api }: Caller): Promise<void> {
  const bytes = files.pdf('A guest of ours.');
  const issuedOn = (await town.today()).subtract({ days: 10 }).toString();
  const body = announced(bytes, { evidenceId: EvidenceId.parse('letter'), issuedOn });
  const { upload } = granted(await api(documents.routes.handInPaper, { body }));
  expect(await send(upload, bytes)).toBe(204);
  await people.control.settle();
}
