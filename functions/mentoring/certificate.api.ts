import { dayIn } from '../../regions/calendar.ts';
import { now } from '../runtime/clock.ts';
import { NotFound } from '../runtime/errors.ts';
import type { Call } from '../runtime/http.ts';
import { region } from '../runtime/region.ts';
import type { certificateRoutes } from './certificate.contract.ts';
import { certifiedOf } from './certificate.rules.ts';
import { certificateStore } from './certificate.store.ts';
import { environment, mentorOf, persons } from './people.api.ts';
import { stipendStore } from './stipend.store.ts';

type Routes = typeof certificateRoutes;

const ledger = stipendStore(environment.MENTORING_TABLE, region);
const certificates = certificateStore(environment.MENTORING_TABLE);

async function readCertificate({ caller }: Call<Routes['readCertificate']>) {
  const mentorId = await mentorOf(caller);
  const [found, held] = await Promise.all([
    persons.readMentor(mentorId),
    ledger.listHeld(mentorId),
  ]);
  const name = found?.person.name;
  const facts = name && certifiedOf(name, held, dayIn(region, now()).toString());
  if (name === undefined || !facts) throw nothingToCertify();
  const { code, certified } = await certificates.issue({ mentorId, sub: caller.sub }, facts);
  return { body: { code, name, region: region.name, ...certified } };
}

async function verifyCertificate({ params }: Call<Routes['verifyCertificate']>) {
  const certified = await certificates.read(params.code);
  if (certified !== undefined) return { body: { ...certified, region: region.name } };
  throw new NotFound({
    code: 'no-such-certificate',
    detail: 'There is no certificate of this code. Compare it with the certificate.',
  });
}

function nothingToCertify(): NotFound {
  return new NotFound({
    code: 'nothing-to-certify',
    detail: 'You have completed no session yet. Your certificate is here after the first.',
  });
}

/** The routes of certificates. */
export const certificateHandlers = { readCertificate, verifyCertificate };
