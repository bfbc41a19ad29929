import { z } from 'zod';
import {
  type AwsService,
  ServiceError,
  type ServiceReply,
  type ServiceRequest,
} from '../service.ts';
import { defaultQuotas } from './defaults.ts';

const Input = z.strictObject({ ServiceCode: z.string().min(1), QuotaCode: z.string().min(1) });

/**
 * The local region's Service Quotas: an account that has never asked for more. `GetServiceQuota` knows the quotas that
 * were asked for, which here are none; `GetAWSDefaultServiceQuota` those of {@link defaultQuotas}.
 */
export class ServiceQuotas implements AwsService {
  readonly target = 'ServiceQuotasV20190624';

  async answer(operation: string, { body }: ServiceRequest): Promise<ServiceReply> {
    const { ServiceCode, QuotaCode } = read(operation, body);
    const found = defaultQuotas.find(
      ({ service, code }) => service === ServiceCode && code === QuotaCode,
    );
    if (operation === 'GetServiceQuota' || found === undefined) {
      const message = `The local region has no quota ${QuotaCode} of ${ServiceCode} that was asked for; its defaults are ${defaultQuotas.map(({ code }) => code).join(', ')}.`;
      throw new ServiceError('NoSuchResourceException', message);
    }
    const { name, value } = found;
    const Quota = { ServiceCode, QuotaCode, QuotaName: name, Value: value, Unit: 'None' };
    return { status: 200, body: JSON.stringify({ Quota }) };
  }
}

/** @throws ServiceError - `UnknownOperationException`, `IllegalArgumentException` */
function read(operation: string, body: Buffer): z.output<typeof Input> {
  if (operation !== 'GetServiceQuota' && operation !== 'GetAWSDefaultServiceQuota') {
    const message = `The local region's Service Quotas does not answer ${operation}. It answers GetAWSDefaultServiceQuota, GetServiceQuota.`;
    throw new ServiceError('UnknownOperationException', message);
  }
  const input = Input.safeParse(JSON.parse(body.toString('utf8') || '{}'));
  if (input.success) return input.data;
  throw new ServiceError('IllegalArgumentException', `${operation}: ${input.error.message}`);
}
