import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { Region } from '../../regions/schema.ts';
import type { Alarms } from './alarms.ts';
import type { HandlerEntry } from './entries.ts';
import type { Serving } from './serving.ts';

/** What every construct of a region's stack is given. */
export interface StackContext {
  readonly region: Region;
  readonly alarms: Alarms;
  readonly serving: Serving;
  /** The bundled code of a handler. */
  readonly codeOf: (entry: HandlerEntry) => Code;
}
