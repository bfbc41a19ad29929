import { randomBytes } from 'node:crypto';
import { identity } from '../../functions/identity/contract.ts';
import { Relation, Token } from '../../functions/identity/guardian.contract.ts';
import { granted, profile } from '../../tests/people.ts';
import { until } from '../../tests/until.ts';
import { areaId, type MeteredRegion } from './metered-region.ts';

const { routes } = identity;
const relation = Relation.enum.mother;
const eleven = profile({ birthDate: '2016-05-05', stage: 'elementary', areaId });
const newAddress = (who: string) => `${who}-${randomBytes(6).toString('hex')}@example.com`;

/** Guardians who are asked by mail: one agrees and takes it back, two disagree, and one hands a login on. */
export async function families(town: MeteredRegion): Promise<void> {
  const { anyone, newLogin } = town.people;
  const asks = async (...guardianEmails: string[]) => {
    const child = await newLogin();
    const { birthDate, language } = eleven;
    granted(await child.api(routes.askConsent, { body: { birthDate, language, guardianEmails } }));
    return child;
  };
  const answers = async (email: string, answer: 'granted' | 'refused') => {
    const token = await linkFor(town, email, 'consent');
    granted(await anyone(routes.readAsked, { body: { token } }));
    const body = routes.answerAsked.body.parse({ token, answer, guardianName: '이순자', relation });
    granted(await anyone(routes.answerAsked, { body }));
  };

  const mother = newAddress('mother');
  const child = await asks(mother);
  await answers(mother, 'granted');
  granted(await town.ledger.apart('a child’s', () => child.api(routes.writeMe, { body: eleven })));
  const token = await linkFor(town, mother, 'consent/withdrawal');
  granted(await anyone(routes.takeBack, { body: { token } }));

  const two = [newAddress('mother'), newAddress('father')] as const;
  await asks(...two);
  await answers(two[0], 'granted');
  await answers(two[1], 'refused');
  const office = town.people.administrator.api;
  const { conflicts } = granted(await office(routes.listConflicts, { query: {} }));
  const consentId = conflicts.at(-1)?.consentId ?? '';
  const params = routes.readConflict.params.parse({ consentId });
  granted(await office(routes.readConflict, { params }));
  const body = { outcome: 'granted', reason: 'Both were heard.' } as const;
  granted(await office(routes.resolveConflict, { params, body }));
  await growingUp(town);
}

/** A child of an age to consent itself gets a login of its own, and does. */
async function growingUp(town: MeteredRegion): Promise<void> {
  const guardian = await town.people.newLogin();
  const fifteen = profile({ birthDate: '2011-05-05', stage: 'middle', areaId });
  const body = { ...fifteen, relation };
  const added = await town.ledger.apart('of fifteen', () =>
    guardian.api(routes.addChild, { body }),
  );
  const { learnerId } = granted(added);
  const { email, api } = await town.people.newLogin();
  granted(await guardian.api(routes.offerLogin, { params: { learnerId }, body: { email } }));
  const token = await linkFor(town, email, 'link');
  granted(await api(routes.acceptLink, { body: { token } }));
  granted(await api(routes.giveConsent, { body: { granted: true } }));
}

/** The secret of the link in the newest mail to somebody that has one. */
async function linkFor({ people }: MeteredRegion, email: string, page: string): Promise<Token> {
  const link = new RegExp(`https://learn\\.seoul\\.example/${page}#([\\w-]{43})`);
  let found: string | undefined;
  await until(async () => {
    const mails = await people.control.mails(email);
    found = mails.flatMap(({ text }) => link.exec(text)?.[1] ?? [])[0];
    return found !== undefined;
  });
  return Token.parse(found);
}
