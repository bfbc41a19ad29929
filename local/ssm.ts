import { z } from 'zod';
import {
  type AwsService,
  ServiceError,
  type ServiceReply,
  type ServiceRequest,
} from './service.ts';

const GetParameter = z.strictObject({ Name: z.string(), WithDecryption: z.boolean().optional() });

/** What the CDK's bootstrap leaves in the parameter store: the version that its newest template has. */
const parameters: Readonly<Record<string, string>> = { '/cdk-bootstrap/hnb659fds/version': '30' };

/**
 * As much of the Systems Manager as tells that the local region is bootstrapped: `GetParameter` of the version.
 * @param region - the AWS region, for ARNs
 */
export function parameterStore(region: string, account: string): AwsService {
  return {
    target: 'AmazonSSM',
    async answer(operation: string, { body }: ServiceRequest): Promise<ServiceReply> {
      if (operation !== 'GetParameter') throw refused('UnknownOperationException', operation);
      const name = GetParameter.parse(JSON.parse(body.toString())).Name;
      const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
      if (value === undefined) throw refused('ParameterNotFound', name);
      const ARN = `arn:aws:ssm:${region}:${account}:parameter${name}`;
      const Parameter = { Name: name, Type: 'String', Value: value, Version: 1, ARN };
      return {
        status: 200,
        headers: { 'content-type': 'application/x-amz-json-1.1' },
        body: JSON.stringify({ Parameter }),
      };
    },
  };
}

function refused(code: 'ParameterNotFound' | 'UnknownOperationException', what: string) {
  const known = Object.keys(parameters).join(', ');
  const message = `the local region's parameter store answers GetParameter of ${known}, not ${what}`;
  return new ServiceError(code, message);
}
