import { serve } from '../runtime/http.ts';
import { privacy } from './contract.ts';
import { deleting } from './deleting.api.ts';
import { exporting } from './exporting.api.ts';

export const handler = serve(privacy, { ...deleting, ...exporting });
