import { z } from 'zod';
import type { Received } from './fake-aws.ts';
import { jsonError, jsonResult, type Reply, xmlError } from './fake-replies.ts';
import { FakeSecrets } from './fake-secrets.ts';

/** What of an input the fake looks at. */
const Input = z.looseObject({
  QuotaCode: z.string().optional(),
  Name: z.string().optional(),
  CertificateArn: z.string().optional(),
});

/**
 * What an account has besides stacks: mail, quotas, secrets and logins, as a test says. As it is made, it is fit for
 * any region.
 */
export class FakeAccount {
  /** Of the bootstrap stack; undefined: there is none. */
  bootstrapVersion: number | undefined = 30;
  /** Identities that Amazon SES has verified; undefined: every one that is asked for. */
  verified: readonly string[] | undefined;
  mailInProduction = true;
  mailSuspended = false;
  concurrency = 1000;
  /** By quota code; others are at AWS's default. */
  readonly quotas = new Map<string, number>();
  /** What ACM tells of certificates, by ARN. */
  readonly certificates = new Map<string, object>();
  /** Zones of Route 53 by their ids: a name, and whether it is private. */
  readonly zones = new Map<string, { readonly name: string; readonly isPrivate?: true }>();
  readonly secrets = new FakeSecrets();
  /** Groups of the first administrator; undefined: there is no such login. */
  administrator: readonly string[] | undefined = ['administrator'];

  /** @returns undefined for what a rollout does not ask */
  answer({ method, url, headers, body }: Received): Reply | undefined {
    const target = headers['x-amz-target'];
    if (typeof target === 'string') return this.#operation(target, body.toString('utf8'));
    const [path = ''] = url.split('?');
    if (method !== 'GET') return undefined;
    if (path.endsWith('/account-settings'))
      return jsonResult({ AccountLimit: { ConcurrentExecutions: this.concurrency } });
    if (path === '/v2/email/account') {
      const SendingEnabled = !this.mailSuspended;
      return jsonResult({ SendingEnabled, ProductionAccessEnabled: this.mailInProduction });
    }
    if (path.startsWith('/v2/email/identities/')) return this.#identity(path);
    if (path.startsWith('/2013-04-01/hostedzone/')) return this.#zone(path);
    return undefined;
  }

  #zone(path: string): Reply {
    const id = path.slice('/2013-04-01/hostedzone/'.length);
    const zone = this.zones.get(id);
    if (zone === undefined)
      return { status: 404, body: xmlError('NoSuchHostedZone', `No hosted zone ${id}`) };
    const { name, isPrivate = false } = zone;
    const body = `<GetHostedZoneResponse><HostedZone><Id>/hostedzone/${id}</Id><Name>${name}.</Name><CallerReference>one</CallerReference><Config><PrivateZone>${isPrivate}</PrivateZone></Config></HostedZone></GetHostedZoneResponse>`;
    return { status: 200, body };
  }

  #identity(path: string): Reply {
    const name = decodeURIComponent(path.slice('/v2/email/identities/'.length));
    const isThere = this.verified?.includes(name) ?? true;
    return isThere
      ? jsonResult({ VerifiedForSendingStatus: true })
      : jsonError('NotFoundException', `Email identity ${name} does not exist.`, 404);
  }

  #operation(
    target: string,
    text: string,
    { QuotaCode = '', ...input } = Input.parse(JSON.parse(text)),
  ): Reply | undefined {
    switch (target) {
      case 'CertificateManager.DescribeCertificate': {
        const Certificate = this.certificates.get(input.CertificateArn ?? '');
        return Certificate === undefined
          ? jsonError('ResourceNotFoundException', 'Could not find the certificate.', 400)
          : jsonResult({ Certificate });
      }
      case 'AmazonSSM.GetParameter':
        return this.#parameter(input.Name);
      case 'ServiceQuotasV20190624.GetServiceQuota':
        return this.#quota(QuotaCode);
      case 'ServiceQuotasV20190624.GetAWSDefaultServiceQuota':
        return jsonResult({ Quota: { QuotaCode, Value: 100 } });
      case 'secretsmanager.GetSecretValue':
      case 'secretsmanager.DescribeSecret':
      case 'secretsmanager.PutSecretValue':
      case 'secretsmanager.CreateSecret':
      case 'secretsmanager.DeleteSecret':
        return this.secrets.answer(target, JSON.parse(text));
      case 'AWSCognitoIdentityProviderService.AdminGetUser':
        return this.administrator === undefined
          ? jsonError('UserNotFoundException', 'User does not exist.', 400)
          : jsonResult({ Username: 'first', UserStatus: 'FORCE_CHANGE_PASSWORD' });
      case 'AWSCognitoIdentityProviderService.AdminListGroupsForUser':
        return jsonResult({ Groups: this.administrator?.map((GroupName) => ({ GroupName })) });
      default:
        return undefined;
    }
  }

  /** The version of the bootstrap stack. */
  #parameter(Name: string | undefined): Reply {
    return this.bootstrapVersion === undefined
      ? jsonError('ParameterNotFound', '', 400)
      : jsonResult({ Parameter: { Name, Value: `${this.bootstrapVersion}`, Type: 'String' } });
  }

  #quota(QuotaCode: string): Reply {
    const Value = this.quotas.get(QuotaCode);
    return Value === undefined
      ? jsonError('NoSuchResourceException', 'The request failed: not found.', 400)
      : jsonResult({ Quota: { QuotaCode, Value } });
  }
}
