import { dayIn } from '../../regions/calendar.ts';
import { now } from '../runtime/clock.ts';
import { type Call, serve } from '../runtime/http.ts';
import { region } from '../runtime/region.ts';
import { catalogue } from './contract.ts';
import { listCourses, replaceCourses } from './course.api.ts';
import { readerOf } from './learner.api.ts';
import { offersFor } from './rules.ts';

async function listProviders({ caller, query }: Call<typeof catalogue.routes.listProviders>) {
  const { stage, language } = await readerOf(caller.sub, query.learnerId);
  const wish = { stage, language, category: query.category };
  return { body: { stage, providers: offersFor(region, wish, dayIn(region, now())) } };
}

export const handler = serve(catalogue, { listProviders, listCourses, replaceCourses });
