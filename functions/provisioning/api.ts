import { readEnvironment } from '../runtime/environment.ts';
import { serve } from '../runtime/http.ts';
import { provisioning, provisioningEnvironments } from './contract.ts';

const environment = readEnvironment(provisioningEnvironments.api);

export const handler = serve(provisioning, {}, environment.PROVISIONING_TABLE);
