import { readFileSync } from 'node:fs';
import { Temporal } from 'temporal-polyfill';
import { parse } from 'yaml';
import * as z from 'zod';
import { Token } from '../../functions/identity/guardian.contract.ts';
import { type OwnRegion, ownRegion } from './own-region.ts';

const Subjects = z.record(z.string(), z.object({ subject: z.string() }));
const Texts = z.object({ login: Subjects, notices: Subjects });

/** How the subject of a mail looks in a language. */
interface Known {
  readonly language: string;
  readonly kind: string;
  readonly subject: RegExp;
}

/**
 * The subjects of every mail that a region writes, from the files that translators write; one that says more comes before
 * one that says less, for that may look like it.
 */
function subjectsOf(names: Readonly<Record<string, string>>): readonly Known[] {
  const known = Object.entries(names).flatMap(([language, name]) => {
    const file = readFileSync(`functions/notices/texts/${language}.yaml`, 'utf8');
    const { notices, login } = Texts.parse(parse(file));
    return Object.entries({ ...notices, ...login }).map(([kind, { subject }]) => {
      const parts = subject.replaceAll('{{region}}', name).split(/\{\{\w+\}\}/);
      const whole = parts.map((part) => part.replaceAll(/[[\]().?]/g, '\\$&')).join('.+');
      return { language, kind, subject: new RegExp(`^${whole}$`) };
    });
  });
  const length = ({ subject }: Known) => subject.source.length;
  return known.sort((one, other) => length(other) - length(one));
}

/**
 * A region whose time a test moves from day to day, and that tells which mails came of it.
 *
 * @param file - a region file
 */
export const timeTravel = async (file: string) => travelsInTime(await ownRegion(file));

/** As `timeTravel`, of a region that runs. */
export async function travelsInTime<Region extends Pick<OwnRegion, 'people'>>(region: Region) {
  const { control } = region.people;
  const { timeZone, name } = (await region.people.configuration()).region;
  const subjects = subjectsOf(name);
  /** What the test calls people, by their addresses. */
  const called = new Map<string, string>();
  let newest = (await control.mails())[0]?.id ?? 0;

  async function today(): Promise<Temporal.PlainDate> {
    const { now } = await control.clock();
    return Temporal.Instant.from(now).toZonedDateTimeISO(timeZone).toPlainDate();
  }

  /** It is noon of a day of the region, and all is done that the time until then has brought. */
  async function travelTo(day: Temporal.PlainDate): Promise<void> {
    const noon = day.toZonedDateTime({ timeZone, plainTime: '12:00' }).toInstant();
    const { now } = await control.clock();
    await control.advance(Temporal.Instant.from(now).until(noon).total('seconds'));
    await control.settle();
  }

  /** Every mail that came since this was last asked, each as "who: kind in language". */
  async function mailed(): Promise<readonly string[]> {
    await control.settle();
    const fresh = (await control.mails()).filter(({ id }) => id > newest);
    newest = Math.max(newest, ...fresh.map(({ id }) => id));
    return fresh.map(({ to, subject }) => `${called.get(to) ?? to}: ${kindOf(subject)}`).sort();
  }

  /** Of all mails that ever came to somebody, the kinds, each as "kind in language". */
  async function everMailed(email: string): Promise<readonly string[]> {
    await control.settle();
    return (await control.mails(email)).map(({ subject }) => kindOf(subject));
  }

  /** Mails with which people sign in are in all languages at once. */
  function kindOf(subject: string): string {
    const found = subject.split(' · ').map((part) => {
      const known = subjects.find((one) => one.subject.test(part));
      if (known === undefined) throw new Error(`no text has the subject "${subject}"`);
      return known;
    });
    const languages = found.map(({ language }) => language).join(' and ');
    return `${found[0]?.kind} in ${languages}`;
  }

  /** The secret of the link in the newest mail to somebody that leads to a page. */
  async function linkFor(email: string, page: string): Promise<Token> {
    const link = new RegExp(`https://[^/]+/${page}#([\\w-]{43})`);
    const mails = await control.mails(email);
    return Token.parse(mails.flatMap(({ text }) => link.exec(text)?.[1] ?? [])[0]);
  }

  return { ...region, called, today, travelTo, mailed, everMailed, linkFor };
}

export type TimeTravel = Awaited<ReturnType<typeof timeTravel>>;
