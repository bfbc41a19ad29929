import { readFileSync } from 'node:fs';
import { catalogue } from '../../functions/catalogue/contract.ts';
import { enrolment, type PlaceId } from '../../functions/enrolment/contract.ts';
import { launch } from '../../functions/launch/contract.ts';
import { provisioning } from '../../functions/provisioning/contract.ts';
import { apiClient } from '../../functions/runtime/client.ts';
import type { Route } from '../../functions/runtime/route.ts';
import { ProviderId } from '../../regions/schema.ts';
import { formIn, send, visit } from '../../tests/launch/browser.ts';
import { neighboursAt } from '../../tests/neighbours.ts';
import { granted } from '../../tests/people.ts';
import { until } from '../../tests/until.ts';
import { nameOf } from './ledger.ts';
import { areaId, type MeteredRegion } from './metered-region.ts';

const { choose, listMine } = enrolment.routes;
const { importVouchers, showPool, listTasks, settleTask } = provisioning.routes;
const { startReconciliation, readReconciliation, listOrphans } = provisioning.routes;
const { chooseContents, listContents, removeContent } = launch.routes;
const answersLaunches = /LaunchApiFunction/;

const at = (id: string) => ({ params: { providerId: ProviderId.parse(id) } });

/** Providers of every kind, as those deal with them who run them, and their machines. */
export async function providers(town: MeteredRegion): Promise<void> {
  const office = town.people.administrator.api;
  const text = readFileSync('regions/courses/seoul/code-yard.csv', 'utf8');
  granted(await office(catalogue.routes.replaceCourses, { ...at('code-yard'), text }));
  await byCodeAndByHand(town);
  await bySignedMessage(town);
  await compared(town);
  await byLti(town);
}

/** Somebody grown up, who chooses a provider. */
async function adultAt(town: MeteredRegion, place: PlaceId, providerId: string) {
  const adult = { birthDate: '1988-09-30', stage: 'lifelong', areaId } as const;
  const { api } = await town.people.newApprovedLearner(adult, 'resident');
  const body = { providerId: ProviderId.parse(providerId) };
  const word = place === 'reading' ? 'a code' : 'by hand';
  return granted(await town.ledger.apart(word, () => api(choose, { params: { place }, body })));
}

async function byCodeAndByHand(town: MeteredRegion): Promise<void> {
  const office = town.people.administrator.api;
  granted(await office(importVouchers, { ...at('paper-boat'), text: 'BOAT-1\nBOAT-2\n' }));
  await adultAt(town, 'reading', 'paper-boat');
  granted(await office(showPool, at('paper-boat')));

  const { accountId } = await adultAt(town, 'subject', 'village-hall');
  const seen = await office(listTasks, { ...at('village-hall'), query: {} });
  const task = granted(seen).tasks.find((one) => one.accountId === accountId);
  const body = { fence: task?.fence ?? 0, outcome: 'done', remoteId: 'hall-12' } as const;
  const params = settleTask.params.parse({ providerId: 'village-hall', accountId });
  granted(await office(settleTask, { params, body }));
}

/** A provider that tells later, by a message that it signs, what became of a wish. */
async function bySignedMessage(town: MeteredRegion): Promise<void> {
  const world = neighboursAt(town.worldUrl);
  await world.setMode('harbour-light', 'later');
  const adult = { birthDate: '1988-09-30', stage: 'lifelong', areaId } as const;
  const { token } = await town.people.newApprovedLearner(adult, 'resident');
  // Whoever takes turns would wait for itself.
  const api = apiClient(town.url, token);
  const name = nameOf(provisioning.routes.takeEvent);
  await town.ledger.noteEach(/ProvisioningApiFunction/, [name], async () => {
    const body = { providerId: ProviderId.parse('harbour-light') };
    granted(await api(choose, { params: { place: 'subject' }, body }));
    await until(async () => granted(await api(listMine, {})).enrolments[0]?.state === 'active');
  });
  await world.setMode('harbour-light', 'at-once');
}

async function compared(town: MeteredRegion): Promise<void> {
  const office = town.people.administrator.api;
  const { control } = town.people;
  const which = at('evergreen');
  granted(await office(startReconciliation, which));
  const schedules = await control.schedules();
  const { name = '' } = schedules.find((one) => one.name.includes('Reconcile')) ?? {};
  await until(async () => {
    await control.fire(name);
    const { reconciliation } = granted(await office(readReconciliation, which));
    return reconciliation.finishedAt !== undefined;
  });
  granted(await office(listOrphans, { ...which, query: {} }));
}

/** A tool of LTI 1.3: its learners, its course, and what staff choose in it. */
async function byLti(town: MeteredRegion): Promise<void> {
  const { ledger, people } = town;
  const office = people.administrator.api;
  const { authorize, authorizeByForm, issueToken, listMembers, takeContents } = launch.routes;
  const asked = <Done>(route: Pick<Route, 'method' | 'path'>, work: () => Promise<Done>) =>
    ledger.noteEach(answersLaunches, [nameOf(route)], work);

  const learner = await people.newApprovedLearner({ areaId });
  const body = { providerId: ProviderId.parse('riverbank') };
  granted(await learner.api(choose, { params: { place: 'subject' }, body }));
  const enter = async () => {
    const way = granted(
      await learner.api(launch.routes.open, { params: { place: 'subject' }, query: {} }),
    );
    if (way.kind !== 'open') throw new Error(`nothing to open: ${way.kind}`);
    return way.url;
  };
  const url = await enter();
  const page = await asked(authorize, () => visit(url));
  await send(formIn(page.text));
  const { headers } = await fetch(await enter(), { redirect: 'manual' });
  const { origin, pathname, searchParams } = new URL(headers.get('location') ?? '');
  const fields = Object.fromEntries(searchParams);
  await asked(authorizeByForm, () => send({ action: `${origin}${pathname}`, fields }));
  await ledger.noteEach(answersLaunches, [issueToken, listMembers].map(nameOf), () =>
    neighboursAt(town.worldUrl).memberships('riverbank'),
  );

  const begun = granted(await office(chooseContents, at('riverbank')));
  const shown = await send(formIn((await visit(begun.url)).text));
  await asked(takeContents, () => send(formIn(shown.text)));
  const { contents } = granted(await office(listContents, { ...at('riverbank'), query: {} }));
  const contentId = contents.at(-1)?.contentId;
  const params = removeContent.params.parse({ providerId: 'riverbank', contentId });
  granted(await office(removeContent, { params }));
}
