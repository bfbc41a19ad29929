import { ServiceException } from './failure.ts';
import { jsonFailure, jsonOperations } from './json.ts';
import { type ClientOptions, ServiceClient } from './service.ts';
import { each, members, toDate, toSeconds } from './shapes.ts';

export class CloudWatchServiceException extends ServiceException {}

const cloudWatch = {
  variable: 'CLOUDWATCH',
  host: 'monitoring',
  signedAs: 'monitoring',
  failure: jsonFailure({ ServiceException: CloudWatchServiceException }),
};

export class CloudWatchClient extends ServiceClient {
  constructor(options: ClientOptions) {
    super(cloudWatch, options);
  }
}

const operation = jsonOperations('1.0', 'GraniteServiceVersion20100801');

export const GetMetricDataCommand = operation('GetMetricData', {
  input: members({ StartTime: toSeconds, EndTime: toSeconds }),
  output: members({ MetricDataResults: each(members({ Timestamps: each(toDate) })) }),
});
