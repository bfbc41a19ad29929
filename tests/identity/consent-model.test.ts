import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { identity } from '../../functions/identity/contract.ts';
import { runs } from '../runs.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { child, type Neighbours, openNeighbours } from './neighbours.ts';

captureLog();
const { routes } = identity;
let village: Neighbours;
beforeAll(async () => {
  village = await openNeighbours();
});
afterAll(() => village.close());

const steps = [
  'ask one',
  'ask two',
  'first grants',
  'first refuses',
  'second grants',
  'second refuses',
  'take back',
  'resolve for',
  'resolve against',
  'write',
  'write as older',
  'give own',
  'two weeks later',
  'job',
] as const;
type Step = (typeof steps)[number];

/** What a guardian has said that still counts, as a reader of the domain's edge cases would keep it. */
interface Believed {
  open: boolean;
  said: ('granted' | 'refused' | undefined)[];
  resolved: boolean;
  withdrawn: boolean;
  learner: boolean;
  days: number;
  askedOn: number;
  /** Links to take a consent back that the first guardian had when the child asked. */
  linksBefore: number;
}

const consents = ({ said, resolved, withdrawn }: Believed) =>
  !withdrawn && said.includes('granted') && (resolved || !said.includes('refused'));

/** What may follow where a learner asked again and one guardian has refused. */
const again: readonly Step[] = ['take back', 'second grants', 'write', 'resolve for', 'write'];

it('no order of asks, answers, withdrawals, time and profiles keeps more of an under-age child than consent allows', async () => {
  // Each begins with an ask, and answers and writes come more often, or most orders would do nothing.
  const often = fc.constantFrom<Step>(
    ...steps.filter((step) => /grants|refuses|^write$/.test(step)),
  );
  const orders = fc
    .tuple(
      fc.constantFrom<Step>('ask one', 'ask two', 'ask two'),
      fc.array(fc.oneof(often, fc.constantFrom(...steps)), { minLength: 4, maxLength: 10 }),
    )
    .map(([first, rest]): Step[] => [first, ...rest]);
  await fc.assert(
    fc.asyncProperty(orders, (order) => live(order)),
    {
      // The examples below, and as many orders beside them.
      numRuns: 2 + runs(3),
      examples: [
        [['ask two', 'first grants', 'second refuses', 'write']],
        [['ask one', 'first grants', 'write', 'take back', 'ask two', 'first refuses', ...again]],
      ],
    },
  );
}, 60_000);

async function live(order: readonly Step[]): Promise<void> {
  const one = village.newChild();
  const believed: Believed = {
    open: false,
    said: [],
    resolved: false,
    withdrawn: false,
    learner: false,
    days: 0,
    askedOn: 0,
    linksBefore: 0,
  };
  village.setTime('2025-07-01T12:00');
  for (const step of order) {
    await take(one, believed, step);
    await inspect(one, believed, step);
  }
}

type Child = ReturnType<Neighbours['newChild']>;

async function take(one: Child, believed: Believed, step: Step): Promise<void> {
  switch (step) {
    case 'ask one':
    case 'ask two': {
      const guardianEmails = step === 'ask one' ? [one.mother] : [one.mother, one.father];
      const body = { birthDate: '2014-05-20', language: 'ko', guardianEmails };
      const { status } = await one.api(routes.askConsent, { body });
      if (status !== 202) return;
      expect(believed.open, 'asked while it was open').toBe(false);
      const said = guardianEmails.map(() => undefined);
      const linksBefore = (await village.tokensIn('consent-confirmed', one.mother)).length;
      const fresh = { open: true, said, resolved: false, withdrawn: false };
      Object.assign(believed, { ...fresh, askedOn: believed.days, linksBefore });
      return;
    }
    case 'first grants':
    case 'first refuses':
      return answer(one.mother, 0, step === 'first grants', believed);
    case 'second grants':
    case 'second refuses':
      return answer(one.father, 1, step === 'second grants', believed);
    case 'take back': {
      const tokens = await village.tokensIn('consent-confirmed', one.mother);
      const answers = await Promise.all(
        tokens.map((token) => village.anyone(routes.takeBack, { body: { token } })),
      );
      // Whoever takes an older consent back once more hears that it is withdrawn.
      const current = tokens.length > believed.linksBefore;
      if (current && answers.some(({ status }) => status === 200)) close(believed);
      return;
    }
    case 'resolve for':
    case 'resolve against': {
      const request = (await village.traces(one.email)).find(
        ({ sk, state }) => sk === 'CONSENT' && state === 'conflict',
      );
      if (request === undefined) return;
      const outcome = step === 'resolve for' ? 'granted' : 'refused';
      const told = {
        params: { consentId: String(request['consentId']) },
        body: { outcome, reason: 'x' },
      };
      expect(await village.staff(routes.resolveConflict, told)).toMatchObject({ status: 200 });
      if (outcome === 'granted') believed.resolved = true;
      else close(believed);
      return;
    }
    case 'write': {
      const { status } = await one.api(routes.writeMe, { body: child() });
      expect(status, 'a profile exactly with consent').toBe(consents(believed) ? 200 : 422);
      believed.learner ||= status === 200;
      return;
    }
    case 'write as older': {
      // Of a child that a guardian was asked for, nobody takes another birth date.
      if (!believed.open) return;
      const older = child({ birthDate: '2000-05-20' });
      if (!believed.learner)
        expect(await one.api(routes.writeMe, { body: older })).toMatchObject({ status: 422 });
      return;
    }
    case 'give own':
      expect(await one.api(routes.giveConsent, { body: { granted: true } })).not.toMatchObject({
        status: 200,
      });
      return;
    case 'two weeks later':
      believed.days += 15;
      village.setTime(
        `${new Date(Date.UTC(2025, 6, 1 + believed.days)).toISOString().slice(0, 10)}T12:00`,
      );
      return;
    case 'job':
      await village.runJob();
      if (
        believed.days - believed.askedOn >= 15 &&
        believed.open &&
        !believed.said.includes('granted')
      )
        close(believed);
      return;
  }
}

async function answer(email: string, position: number, grants: boolean, believed: Believed) {
  const tokens = await village.tokensIn('consent-asked', email);
  const answers = await Promise.all(tokens.map(grants ? village.grant : village.refuse));
  if (!answers.some(({ status }) => status === 200)) return;
  // An answer to an earlier request, repeated.
  if (position >= believed.said.length) return;
  const before = believed.said[position];
  if (before === undefined && believed.open)
    believed.said[position] = grants ? 'granted' : 'refused';
  if (believed.open && believed.said.every((said) => said === 'refused')) close(believed);
}

function close(believed: Believed): void {
  Object.assign(believed, { open: false, withdrawn: true });
}

/** All rows of the child against what is believed. */
async function inspect(one: Child, believed: Believed, step: Step): Promise<void> {
  const rows = await village.traces(one.login, one.email, one.mother, one.father);
  const text = JSON.stringify(rows);
  const learners = rows.flatMap(({ learnerId }) => (learnerId === undefined ? [] : [learnerId]));
  const all = (await village.rows()).filter(({ pk }) =>
    learners.some((id) => pk === `LEARNER#${id}`),
  );
  const profile = all.find(({ sk }) => sk === 'PROFILE');
  expect(profile !== undefined, `a learner after "${step}"`).toBe(believed.learner);
  if (believed.learner) {
    const state = consents(believed) ? /^granted$/ : /^(conflict|withdrawn)$/;
    expect(profile?.['consent'], `after "${step}"`).toEqual({
      state: expect.stringMatching(state),
    });
    return;
  }
  expect(text, `after "${step}"`).not.toMatch(/김하늘|elementary|river/);
  if (!believed.open) expect(text, `after "${step}"`).not.toMatch(/@|2014|이순자/);
}
