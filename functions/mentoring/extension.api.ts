import type { Call } from '../runtime/http.ts';
import { rememberAnswer } from '../runtime/idempotency.ts';
import type { mentoring } from './contract.ts';
import { actingParty, decide, inScope, table, theirs, told } from './deciding.api.ts';
import { askForMore, decideMore } from './extension.rules.ts';
import { extensionNotices } from './invitation.rules.ts';
import { staff } from './people.api.ts';
import { recorded } from './recording.api.ts';
import { asSidesSee, asStaffSee } from './report.rules.ts';

type Routes = typeof mentoring.routes;

async function askForExtension(call: Call<Routes['askForExtension']>) {
  const { caller, params, query, body, claim } = call;
  const party = await actingParty(caller, query);
  const read = () => theirs(party, params.mentorshipId);
  return decide(read, async ({ mentorship }, terms) => {
    const next = askForMore(terms, mentorship, party.side, body.reason);
    if ('because' in next) return next;
    const answer = { body: asSidesSee(next) };
    const remembered = rememberAnswer(table, claim, { status: 200, ...answer });
    return { change: { next, sessions: [] }, along: { remembered }, answer };
  });
}

async function decideExtension({ caller, params, body, claim }: Call<Routes['decideExtension']>) {
  const member = await staff.memberOf(caller);
  const read = () => inScope(member, params.mentorshipId);
  return decide(read, async ({ mentorship }, terms) => {
    const next = decideMore(terms, mentorship, body.outcome);
    if ('because' in next) return next;
    const answer = { body: asStaffSee(next) };
    const remembered = rememberAnswer(table, claim, { status: 200, ...answer });
    const others = [
      recorded(member, 'extension-decided', mentorship, [], [body.outcome]),
      ...told(extensionNotices(next)),
    ];
    return { change: { next, sessions: [] }, along: { remembered, others }, answer };
  });
}

/** Asking for more sessions, and deciding about it. */
export const extensionHandlers = { askForExtension, decideExtension };
