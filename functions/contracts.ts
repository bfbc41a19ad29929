import { about } from './about/contract.ts';
import { audit } from './audit/contract.ts';
import { catalogue } from './catalogue/contract.ts';
import { documents } from './documents/contract.ts';
import { eligibility } from './eligibility/contract.ts';
import { enrolment } from './enrolment/contract.ts';
import { identity } from './identity/contract.ts';
import { launch } from './launch/contract.ts';
import { mentoring } from './mentoring/contract.ts';
import { privacy } from './privacy/contract.ts';
import { provisioning } from './provisioning/contract.ts';

/** Every contract of the API, in the order in which capabilities build on each other. */
export const contracts = [
  identity,
  audit,
  documents,
  eligibility,
  catalogue,
  enrolment,
  provisioning,
  launch,
  mentoring,
  privacy,
  about,
] as const;
