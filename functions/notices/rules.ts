import { Temporal } from 'temporal-polyfill';
import type { Region } from '../../regions/schema.ts';
import { type CalendarWords, eventsOf } from './calendar.rules.ts';
import { type FactForm, factsByKind, type Letter, type Message, type Reader } from './contract.ts';

interface MailText {
  readonly subject: string;
  readonly body: readonly string[];
}

/** Why someone gets a mail, as it is told them. */
type Reason = Reader['why'] | 'nominated';

/** The texts of one language, as its file has them. */
export interface Texts {
  readonly greeting: string;
  /** To a guardian of several children: which of them is meant. */
  readonly about: string;
  readonly reasons: Readonly<Record<Reason, string>>;
  readonly calendar: CalendarWords;
  readonly notices: Readonly<Record<Message['kind'], MailText>>;
}

/** What the texts are taken from: those of the region's languages, and the names that they use. */
export interface Words {
  readonly texts: Readonly<Record<string, Texts>>;
  readonly region: Pick<Region, 'name' | 'timeZone' | 'languages' | 'policies' | 'providers'>;
}

/**
 * A notice as a mail, in the reader's language; in the region's first where the region has given that up.
 *
 * @throws {Error} the bundle has no texts of the region's first language, which loading the region refuses
 */
export function letterOf({ texts, region }: Words, message: Message, reader: Reader): Letter {
  const [first = ''] = region.languages;
  const language = texts[reader.language] === undefined ? first : reader.language;
  const written = texts[language];
  if (written === undefined) throw new Error('the texts of the first language are missing');
  const zone = reader.timeZone ?? region.timeZone;
  const facts = factsIn(region, message, { language, zone });
  if (reader.child !== undefined) facts.set('child', { text: calledName(reader.child) });
  const { subject, body } = written.notices[message.kind];
  const plain = (text: string) => filled(text, facts, oneLine);
  const about = reader.child === undefined ? [] : [written.about];
  const paragraphs = [written.greeting, ...about, ...body];
  const reason = written.reasons[reasonFor(message.kind, reader)];
  return {
    language,
    subject: plain(subject),
    text: [...paragraphs, reason].map(plain).join('\n\n'),
    html: page(language, plain(subject), [
      ...paragraphs.map((text) => `<p>${filled(escaped(text), facts, marked)}</p>`),
      `<hr>\n<p><small>${filled(escaped(reason), facts, marked)}</small></p>`,
    ]),
    events: eventsOf(message, written.calendar, region.name[language] ?? '', reader),
  };
}

/** Korean family names of two syllables. */
const longFamilyNames = /^(남궁|황보|제갈|사공|선우|서문|독고|동방)/u;

/**
 * What a child is called at home, which tells it from its siblings and says no more: of a Korean name what follows the
 * family's. Which part of another name is the family's nobody can tell, so it stays whole.
 */
function calledName(name: string): string {
  const syllables = name.replaceAll(' ', '');
  if (!/^\p{Script=Hangul}{2,5}$/u.test(syllables)) return name;
  const family = longFamilyNames.test(syllables) && syllables.length > 2 ? 2 : 1;
  return syllables.slice(family);
}

/** Mails to an address that is the guardian's; all others that go to an address go to the child. */
const toGuardians: readonly Message['kind'][] = [
  'consent-asked',
  'consent-confirmed',
  'guardian-invited',
];

function reasonFor(kind: Message['kind'], { why }: Reader): Reason {
  if (kind === 'mentor-nominated') return 'nominated';
  return why === 'address' && !toGuardians.includes(kind) ? 'self' : why;
}

/** A fact as it is shown. */
interface Shown {
  readonly text: string;
  readonly link?: true;
}

/** How the reader writes. */
interface Locale {
  readonly language: string;
  readonly zone: string;
}

function factsIn(region: Words['region'], message: Message, locale: Locale): Map<string, Shown> {
  const forms = factsByKind.get(message.kind);
  const facts = Object.entries<string>(message.facts).flatMap(([name, value]) => {
    const form = forms?.get(name);
    const pair: [string, Shown] | undefined = form && [name, shown(region, form, value, locale)];
    return pair === undefined ? [] : [pair];
  });
  return new Map([['region', { text: region.name[locale.language] ?? '' }], ...facts]);
}

function shown(
  region: Words['region'],
  form: FactForm,
  value: string,
  { language, zone }: Locale,
): Shown {
  switch (form) {
    case 'day':
      return { text: dayIn(language, value) };
    case 'moment':
      return { text: momentIn(language, zone, value) };
    case 'group':
      return { text: groupName(region, value, language) };
    case 'provider':
      return { text: providerName(region, value, language) };
    case 'link':
      return { text: value, link: true };
  }
}

/** A day of the region's calendar as the language writes it, with the day of the week. */
function dayIn(language: string, day: string): string {
  return Temporal.PlainDate.from(day).toLocaleString(language, { dateStyle: 'full' });
}

/** A moment as a clock on the reader's wall shows it, with the day of the week and the zone. */
function momentIn(language: string, zone: string, moment: string): string {
  return Temporal.Instant.from(moment).toZonedDateTimeISO(zone).toLocaleString(language, {
    weekday: 'long',
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
  });
}

/** What a region file no longer names is shown by its id. */
function providerName({ providers }: Words['region'], id: string, language: string): string {
  return providers.find((provider) => provider.id === id)?.name[language] ?? id;
}

/** The newest policy's name for a group: older ones may word it otherwise. */
function groupName({ policies }: Words['region'], id: string, language: string): string {
  const groups = policies.flatMap((policy) => policy.groups).filter((group) => group.id === id);
  return groups.at(-1)?.name[language] ?? id;
}

function filled(
  text: string,
  facts: ReadonlyMap<string, Shown>,
  show: (fact: Shown) => string,
): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const fact = facts.get(name);
    return fact === undefined ? '' : show(fact);
  });
}

/** Nothing in a fact may begin a new line: in a subject that would be a new header. */
function oneLine({ text }: Shown): string {
  return text.replaceAll(/[\p{Cc}\s]+/gu, ' ');
}

function marked(fact: Shown): string {
  const text = escaped(oneLine(fact));
  return fact.link ? `<a href="${text}">${text}</a>` : text;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** A page that a screen reader can follow: its language, its title, paragraphs, no images. */
function page(language: string, title: string, parts: readonly string[]): string {
  return [
    '<!doctype html>',
    `<html lang="${language}">`,
    '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    `<title>${escaped(title)}</title></head>`,
    '<body style="font: 1em/1.6 sans-serif; max-width: 40em">',
    ...parts,
    '</body></html>',
  ].join('\n');
}

/** When a delivery that does not come to its end is taken up again: in five minutes, doubling up to two hours. */
export function nextTurn(attempts: number, now: Temporal.Instant): Temporal.Instant {
  return now.add({ minutes: Math.min(5 * 2 ** (attempts - 1), 120) });
}

/** Hours after which a notice is no news any more. */
const triedForHours = 72;

/** Whether a notice has been tried for so long that it is given up; `since` is when it was sent. */
export function isGivenUp(since: string, now: Temporal.Instant): boolean {
  const end = Temporal.Instant.from(since).add({ hours: triedForHours });
  return Temporal.Instant.compare(end, now) <= 0;
}
