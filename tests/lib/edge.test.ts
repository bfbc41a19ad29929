import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { allOn, resourcesOf, taebaek, taebaekWith, templateOf } from './template.ts';

const off = templateOf(taebaek);
const on = templateOf(allOn);
const outputs = (template: typeof on) =>
  z.record(z.string(), z.unknown()).parse(template.toJSON()['Outputs']);

describe('given a region file without any of the switches', () => {
  it.each([
    'AWS::ApiGatewayV2::DomainName',
    'AWS::CertificateManager::Certificate',
    'AWS::CloudFront::Distribution',
    'AWS::KMS::Key',
    'AWS::Route53::RecordSet',
    'AWS::WAFv2::WebACL',
    'AWS::WAFv2::WebACLAssociation',
  ])('then there is no %s', (type) => {
    off.resourceCountIs(type, 0);
  });

  it('then people reach API Gateway at its own address', () => {
    const [api] = resourcesOf(off, 'AWS::ApiGatewayV2::Api');
    expect(api?.[1].Properties).not.toHaveProperty('DisableExecuteApiEndpoint');
    expect(outputs(off)).toMatchObject({
      ApiUrl: { Value: { 'Fn::GetAtt': [api?.[0], 'ApiEndpoint'] } },
    });
  });
});

describe('given a domain', () => {
  const plain = templateOf(
    taebaekWith('  domain: { name: api.taebaek.example, hostedZone: Z0123456789ABC }\n'),
  );

  it('then API Gateway answers to that name, and to no other', () => {
    plain.hasResourceProperties('AWS::ApiGatewayV2::Api', { DisableExecuteApiEndpoint: true });
    plain.hasResourceProperties('AWS::ApiGatewayV2::DomainName', {
      DomainName: 'api.taebaek.example',
      DomainNameConfigurations: [{ EndpointType: 'REGIONAL', SecurityPolicy: 'TLS_1_2' }],
      MutualTlsAuthentication: Match.absent(),
    });
    const [stage] = resourcesOf(plain, 'AWS::ApiGatewayV2::Stage').keys();
    plain.hasResourceProperties('AWS::ApiGatewayV2::ApiMapping', { Stage: { Ref: stage } });
    const [name] = resourcesOf(plain, 'AWS::ApiGatewayV2::DomainName').keys();
    expect(outputs(plain)).toMatchObject({
      ApiUrl: { Value: { 'Fn::Join': ['', ['https://', { Ref: name }]] } },
      ApiTarget: { Value: { 'Fn::GetAtt': [name, 'RegionalDomainName'] } },
    });
  });

  it('then its zone proves the certificate and gets the record', () => {
    plain.hasResourceProperties('AWS::CertificateManager::Certificate', {
      DomainName: 'api.taebaek.example',
      DomainValidationOptions: [
        { DomainName: 'api.taebaek.example', HostedZoneId: 'Z0123456789ABC' },
      ],
    });
    const records = [...resourcesOf(plain, 'AWS::Route53::RecordSet').values()];
    expect(records).toMatchObject([{ Properties: { Type: 'A', HostedZoneId: 'Z0123456789ABC' } }]);
  });

  it('when it brings a certificate and no zone, then nothing is asked of Route 53', () => {
    const certificate = `arn:aws:acm:${taebaek.deployment.awsRegion}:111122223333:certificate/a`;
    const brought = templateOf(
      taebaekWith(`  domain: { name: api.taebaek.example, certificate: "${certificate}" }\n`),
    );
    brought.resourceCountIs('AWS::CertificateManager::Certificate', 0);
    brought.resourceCountIs('AWS::Route53::RecordSet', 0);
    brought.hasResourceProperties('AWS::ApiGatewayV2::DomainName', {
      DomainNameConfigurations: [{ CertificateArn: certificate }],
    });
  });
});

describe('given a firewall before the API', () => {
  it('then API Gateway takes no connection without the certificate that only CloudFront shows', () => {
    on.hasResourceProperties('AWS::ApiGatewayV2::DomainName', {
      MutualTlsAuthentication: { TruststoreUri: 's3://ladder-trust/cloudfront.pem' },
    });
    on.hasResourceProperties('AWS::ApiGatewayV2::Api', { DisableExecuteApiEndpoint: true });
    on.hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: {
        Aliases: ['api.taebaek.example'],
        WebACLId: Match.stringLikeRegexp('^arn:aws:wafv2:us-east-1:'),
        ViewerCertificate: { MinimumProtocolVersion: 'TLSv1.2_2021' },
        Origins: [
          {
            CustomOriginConfig: {
              OriginProtocolPolicy: 'https-only',
              OriginReadTimeout: 35,
              OriginMtlsConfig: {
                ClientCertificateArn: Match.stringLikeRegexp('^arn:aws:acm:us-east-1:'),
              },
            },
          },
        ],
        DefaultCacheBehavior: { ViewerProtocolPolicy: 'https-only' },
      },
    });
  });

  it('when the certificate was imported, then another proves that the name is ours, without which API Gateway refuses', () => {
    const arn = (id: string) =>
      `arn:aws:acm:${taebaek.deployment.awsRegion}:111122223333:certificate/${id}`;
    const { firewall } = allOn.deployment;
    const [certificate, ownershipCertificate] = [arn('imported'), arn('issued')];
    const domain = { name: 'api.taebaek.example', certificate, ownershipCertificate };
    const imported = templateOf(
      taebaekWith(`  domain: ${JSON.stringify(domain)}\n  firewall: ${JSON.stringify(firewall)}\n`),
    );
    imported.hasResourceProperties('AWS::ApiGatewayV2::DomainName', {
      DomainNameConfigurations: [
        { CertificateArn: certificate, OwnershipVerificationCertificateArn: ownershipCertificate },
      ],
    });
    on.hasResourceProperties('AWS::ApiGatewayV2::DomainName', {
      DomainNameConfigurations: [{ OwnershipVerificationCertificateArn: Match.absent() }],
    });
  });

  it('then the record leads to CloudFront', () => {
    const [distribution] = resourcesOf(on, 'AWS::CloudFront::Distribution').keys();
    const records = [...resourcesOf(on, 'AWS::Route53::RecordSet').values()];
    expect(records.map(({ Properties }) => Properties['Type'])).toEqual(['A', 'AAAA']);
    for (const { Properties } of records) {
      expect(Properties['AliasTarget']).toMatchObject({
        DNSName: { 'Fn::GetAtt': [distribution, 'DomainName'] },
      });
    }
  });
});

describe('given a firewall before the pools', () => {
  it('then it stands before both, bounds what one address asks, and logs only what it blocks', () => {
    const [acl] = resourcesOf(on, 'AWS::WAFv2::WebACL').keys();
    const guarded = [...resourcesOf(on, 'AWS::WAFv2::WebACLAssociation').values()];
    expect(guarded.map(({ Properties }) => Properties['ResourceArn'])).toEqual(
      [...resourcesOf(on, 'AWS::Cognito::UserPool').keys()].map((id) => ({
        'Fn::GetAtt': [id, 'Arn'],
      })),
    );
    for (const { Properties } of guarded) {
      expect(Properties['WebACLArn']).toEqual({ 'Fn::GetAtt': [acl, 'Arn'] });
    }
    on.hasResourceProperties('AWS::WAFv2::WebACL', {
      Scope: 'REGIONAL',
      Rules: Match.arrayWith([
        Match.objectLike({
          Action: { Block: {} },
          Statement: { RateBasedStatement: { Limit: 5000, AggregateKeyType: 'IP' } },
        }),
      ]),
    });
    on.hasResourceProperties('AWS::WAFv2::LoggingConfiguration', {
      LoggingFilter: { DefaultBehavior: 'DROP' },
    });
  });

  it('when only the pools are protected, then nothing stands before the API', () => {
    const pools = templateOf(taebaekWith('  firewall: { perAddress: 2000 }\n'));
    pools.resourceCountIs('AWS::WAFv2::WebACLAssociation', 2);
    pools.resourceCountIs('AWS::CloudFront::Distribution', 0);
  });
});
