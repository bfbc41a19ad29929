import { serve } from '../runtime/http.ts';
import { authorizeHandlers } from './authorize.api.ts';
import { choiceHandlers } from './choice.api.ts';
import { contentHandlers } from './content.api.ts';
import { launch } from './contract.ts';
import { courseHandlers } from './course.api.ts';
import { discoveryHandlers } from './discovery.api.ts';
import { tokenHandlers } from './token.api.ts';
import { wayHandlers } from './way.api.ts';

export const handler = serve(launch, {
  ...wayHandlers,
  ...contentHandlers,
  ...authorizeHandlers,
  ...tokenHandlers,
  ...courseHandlers,
  ...choiceHandlers,
  ...discoveryHandlers,
});
