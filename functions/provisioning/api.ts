import { readEnvironment } from '../runtime/environment.ts';
import { serve } from '../runtime/http.ts';
import { provisioning, provisioningEnvironments } from './contract.ts';
import { takeEvent } from './event.api.ts';
import { providerHandlers } from './providers.api.ts';
import { reconciliationHandlers } from './reconciliation.api.ts';
import { savingsHandlers } from './savings.api.ts';
import { listTasks, settleTask } from './task.api.ts';
import { importVouchers, showPool } from './voucher.api.ts';

const environment = readEnvironment(provisioningEnvironments.api);

export const handler = serve(
  provisioning,
  {
    ...providerHandlers,
    showPool,
    importVouchers,
    listTasks,
    settleTask,
    takeEvent,
    ...reconciliationHandlers,
    ...savingsHandlers,
  },
  environment.PROVISIONING_TABLE,
);
