import { describe, expect, it } from 'vitest';
import { ServiceQuotas } from '../../../local/quotas/service.ts';

const quotas = new ServiceQuotas();
const ask = async (operation: string, input: object) => {
  const body = Buffer.from(JSON.stringify(input));
  const { body: answer } = await quotas.answer(operation, {
    method: 'POST',
    path: '/',
    headers: {},
    body,
  });
  return JSON.parse(answer.toString());
};
const signIns = { ServiceCode: 'cognito-idp', QuotaCode: 'L-026ADBA3' };

describe("the local region's Service Quotas", () => {
  it('has AWS’s defaults, as an account that has never asked for more', async () => {
    await expect(ask('GetAWSDefaultServiceQuota', signIns)).resolves.toMatchObject({
      Quota: { QuotaName: 'Rate of UserAuthentication requests', Value: 120 },
    });
    await expect(ask('GetServiceQuota', signIns)).rejects.toMatchObject({
      code: 'NoSuchResourceException',
    });
  });

  it.each([
    [
      'a quota that it does not know',
      'GetAWSDefaultServiceQuota',
      { ...signIns, QuotaCode: 'L-1' },
      'NoSuchResourceException',
    ],
    ['an input that is none', 'GetServiceQuota', { QuotaCode: 7 }, 'IllegalArgumentException'],
    ['another operation', 'ListServices', {}, 'UnknownOperationException'],
  ])('refuses %s', async (_, operation, input, code) => {
    await expect(ask(operation, input)).rejects.toMatchObject({ code });
  });
});
