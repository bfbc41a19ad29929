import { CfnApiMapping, CfnDomainName } from 'aws-cdk-lib/aws-apigatewayv2';
import { CfnCertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { CfnDistribution } from 'aws-cdk-lib/aws-cloudfront';
import { CfnRecordSet } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import type { Domain, Firewall } from '../regions/schema.ts';
import { acknowledge } from './support/acknowledge.ts';
import { apiSeconds } from './support/handler-function.ts';

/** Where a name leads, as a record of Route 53 says it. */
interface Target {
  readonly dnsName: string;
  readonly hostedZoneId: string;
}

export interface EdgeProps {
  readonly apiId: string;
  /** The stage's name, by a reference: the name can be mapped when the stage is there. */
  readonly stage: string;
  readonly domain: Domain;
  /** CloudFront before the API; none: people reach API Gateway itself. */
  readonly cloudFront?: NonNullable<Firewall['api']>;
}

/** Names that AWS gave to policies of its own (Amazon CloudFront Developer Guide, "Use managed … policies"). */
const managedPolicies = {
  cachingDisabled: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
  allViewer: '216adef6-5c7f-47e4-b989-5492eafa07d3',
};

/** CloudFront's own zone, the same for every distribution (`AWS::Route53::RecordSet AliasTarget`). */
const cloudFrontZone = 'Z2FDTNDATAQYW2';

/**
 * The API's own name, and what stands before it. With CloudFront, people reach only that: API Gateway takes no
 * connection without CloudFront's certificate (mutual TLS), and its own address is closed. That is a proof, where a
 * secret header or a name that nobody is told would be a password in every request, and no function has to check it
 * (docs/security.md).
 */
export class Edge extends Construct {
  /** The API's address, without a slash at its end. */
  readonly url: string;
  /** To what a record in another party's DNS has to point. */
  readonly target: string;

  constructor(scope: Construct, id: string, props: EdgeProps) {
    super(scope, id);
    const { domain, cloudFront } = props;
    const name = this.#addName(domain, cloudFront);
    new CfnApiMapping(this, 'Mapping', {
      apiId: props.apiId,
      domainName: name.ref,
      stage: props.stage,
    });
    this.url = `https://${name.ref}`;
    const gateway: Target = {
      dnsName: name.attrRegionalDomainName,
      hostedZoneId: name.attrRegionalHostedZoneId,
    };
    const target =
      cloudFront === undefined ? gateway : this.#addCloudFront(domain.name, gateway, cloudFront);
    this.target = target.dnsName;
    if (domain.hostedZone !== undefined) this.#addRecords(domain.name, domain.hostedZone, target);
  }

  #addName(domain: Domain, cloudFront: EdgeProps['cloudFront']): CfnDomainName {
    return new CfnDomainName(this, 'Name', {
      domainName: domain.name,
      domainNameConfigurations: [
        {
          certificateArn: domain.certificate ?? this.#addCertificate(domain),
          // Needed with mutual TLS where ACM has not issued the certificate itself (API Gateway Developer Guide, "How to turn
          // on mutual TLS authentication for your HTTP APIs").
          ...(domain.ownershipCertificate === undefined
            ? {}
            : { ownershipVerificationCertificateArn: domain.ownershipCertificate }),
          endpointType: 'REGIONAL',
          securityPolicy: 'TLS_1_2',
        },
      ],
      ...(cloudFront === undefined
        ? {}
        : { mutualTlsAuthentication: { truststoreUri: cloudFront.truststore } }),
    });
  }

  /** @throws {Error} the domain has no zone; the region's loader has refused such a file */
  #addCertificate({ name, hostedZone }: Domain): string {
    if (hostedZone === undefined) throw new Error(`${name} has neither certificate nor zone`);
    const certificate = new CfnCertificate(this, 'Certificate', {
      domainName: name,
      validationMethod: 'DNS',
      domainValidationOptions: [{ domainName: name, hostedZoneId: hostedZone }],
    });
    return certificate.ref;
  }

  #addCloudFront(
    name: string,
    gateway: Target,
    { webAcl, certificate, clientCertificate }: NonNullable<Firewall['api']>,
  ): Target {
    const distribution = new CfnDistribution(this, 'Distribution', {
      distributionConfig: {
        enabled: true,
        aliases: [name],
        httpVersion: 'http2and3',
        ipv6Enabled: true,
        webAclId: webAcl,
        viewerCertificate: {
          acmCertificateArn: certificate,
          sslSupportMethod: 'sni-only',
          minimumProtocolVersion: 'TLSv1.2_2021',
        },
        origins: [originAt(gateway.dnsName, clientCertificate)],
        defaultCacheBehavior: {
          targetOriginId: 'api',
          viewerProtocolPolicy: 'https-only',
          allowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
          // No answer is for two people. Without a cache all headers pass, the name that was asked for included, by which
          // API Gateway finds the API.
          cachePolicyId: managedPolicies.cachingDisabled,
          originRequestPolicyId: managedPolicies.allViewer,
        },
      },
    });
    acknowledgeDistribution(distribution);
    return { dnsName: distribution.attrDomainName, hostedZoneId: cloudFrontZone };
  }

  #addRecords(name: string, hostedZoneId: string, aliasTarget: Target): void {
    // API Gateway's own endpoints answer by IPv4.
    const types = aliasTarget.hostedZoneId === cloudFrontZone ? ['A', 'AAAA'] : ['A'];
    for (const type of types) {
      new CfnRecordSet(this, `Record${type}`, { name, type, hostedZoneId, aliasTarget });
    }
  }
}

/** CloudFront shows its certificate to whoever it asks (Amazon CloudFront Developer Guide, "Origin mutual TLS"). */
function originAt(
  domainName: string,
  clientCertificateArn: string,
): CfnDistribution.OriginProperty {
  return {
    id: 'api',
    domainName,
    customOriginConfig: {
      originProtocolPolicy: 'https-only',
      originSslProtocols: ['TLSv1.2'],
      // Longer than API Gateway waits for a function, so that the answer is the gateway's own.
      originReadTimeout: apiSeconds + 5,
      originMtlsConfig: { clientCertificateArn },
    },
  };
}

function acknowledgeDistribution(distribution: CfnDistribution): void {
  acknowledge(distribution, {
    id: 'AwsSolutions-CFR1',
    reason:
      'Learners who are abroad for a while go on learning, and mentors study there: no country is shut out.',
  });
  acknowledge(distribution, {
    id: 'AwsSolutions-CFR3',
    reason:
      "It passes every request on to the API, whose access log has it: a second log would only be a second list of people's addresses, kept by other rules.",
  });
}
