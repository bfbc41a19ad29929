import { z } from 'zod';
import { type Created, type Declared, type ResourceKind, resourceKind } from '../resource.ts';

/** Whatever the template says about an inert resource has no effect here, so all of it is accepted. */
const Anything = z.record(z.string(), z.unknown());

interface Place {
  readonly account: string;
  readonly region: string;
}

interface Inert {
  readonly type: string;
  /** Why a region on one machine does well without it. */
  readonly reason: string;
  /** Where a template may give the name itself. */
  readonly name?: string;
  created(name: string, place: Place): Created;
}

const policies = 'only what roles allow is enforced locally; tests assert policies on the template';
const alarms = 'nobody is on call for a local region; logs and queues are looked at directly';
const topics = 'alarms are the only ones that publish, and they are inert';
const logs = 'functions print to the local log, which has no groups and no retention';
const returns = 'no mail leaves the machine, so none comes back';
const edges =
  'the one address of the local region stands for every name, and nothing stands before it';
const keys = 'local data lies in files of whoever runs the region';

/** Types that are created in name only, each with the reason. */
export const inertTypes: readonly Inert[] = [
  {
    type: 'AWS::CDK::Metadata',
    reason: 'tells AWS which constructs a template uses',
    created: (name) => ({ ref: name, attributes: {} }),
  },
  {
    type: 'AWS::Logs::LogGroup',
    reason: logs,
    name: 'LogGroupName',
    created: (name, { account, region }) => ({
      ref: name,
      attributes: { Arn: `arn:aws:logs:${region}:${account}:log-group:${name}:*` },
    }),
  },
  {
    type: 'AWS::Logs::MetricFilter',
    reason: alarms,
    name: 'FilterName',
    created: (name) => ({ ref: name, attributes: {} }),
  },
  {
    type: 'AWS::Logs::ResourcePolicy',
    reason: policies,
    name: 'PolicyName',
    created: (name) => ({ ref: name, attributes: {} }),
  },
  {
    type: 'AWS::CloudWatch::Alarm',
    reason: alarms,
    name: 'AlarmName',
    created: alarm,
  },
  {
    type: 'AWS::CloudWatch::CompositeAlarm',
    reason: alarms,
    name: 'AlarmName',
    created: alarm,
  },
  {
    type: 'AWS::CloudWatch::Dashboard',
    reason: alarms,
    name: 'DashboardName',
    created: (name) => ({ ref: name, attributes: {} }),
  },
  {
    type: 'AWS::SNS::Topic',
    reason: topics,
    name: 'TopicName',
    created: (name, { account, region }) => {
      const arn = `arn:aws:sns:${region}:${account}:${name}`;
      return { ref: arn, attributes: { TopicArn: arn, TopicName: name } };
    },
  },
  {
    type: 'AWS::SNS::TopicPolicy',
    reason: policies,
    created: (name) => ({ ref: name, attributes: { Id: name } }),
  },
  {
    type: 'AWS::SNS::Subscription',
    reason: topics,
    created: (name, { account, region }) => {
      const arn = `arn:aws:sns:${region}:${account}:${name}`;
      return { ref: arn, attributes: { Arn: arn } };
    },
  },
  {
    type: 'AWS::SES::ConfigurationSetEventDestination',
    reason: returns,
    created: (name) => ({ ref: name, attributes: { Id: name } }),
  },
  {
    type: 'AWS::WAFv2::WebACL',
    reason: edges,
    name: 'Name',
    created: (name, { account, region }) => ({
      ref: name,
      attributes: {
        Arn: `arn:aws:wafv2:${region}:${account}:regional/webacl/${name}/local`,
        Id: name,
      },
    }),
  },
  {
    type: 'AWS::WAFv2::WebACLAssociation',
    reason: edges,
    created: (name) => ({ ref: name, attributes: {} }),
  },
  {
    type: 'AWS::WAFv2::LoggingConfiguration',
    reason: logs,
    created: (name) => ({ ref: name, attributes: {} }),
  },
  {
    // An address of API Gateway, which the local region reads as its own wherever a template has one.
    type: 'AWS::ApiGatewayV2::DomainName',
    reason: edges,
    created: (_, { region }) => {
      const address = `local.execute-api.${region}.amazonaws.com`;
      return {
        ref: address,
        attributes: { RegionalDomainName: address, RegionalHostedZoneId: 'ZLOCAL' },
      };
    },
  },
  {
    type: 'AWS::ApiGatewayV2::ApiMapping',
    reason: edges,
    created: (name) => ({ ref: name, attributes: { ApiMappingId: name } }),
  },
  {
    type: 'AWS::CertificateManager::Certificate',
    reason: edges,
    created: (name, { account, region }) => {
      const arn = `arn:aws:acm:${region}:${account}:certificate/${name}`;
      return { ref: arn, attributes: { Arn: arn } };
    },
  },
  {
    type: 'AWS::CloudFront::Distribution',
    reason: edges,
    created: (name) => ({
      ref: name,
      attributes: { Id: name, DomainName: `${name.toLowerCase()}.cloudfront.net` },
    }),
  },
  {
    type: 'AWS::Route53::RecordSet',
    reason: edges,
    name: 'Name',
    created: (name) => ({ ref: name, attributes: {} }),
  },
  {
    type: 'AWS::KMS::Key',
    reason: keys,
    created: (name, { account, region }) => ({
      ref: name,
      attributes: { Arn: `arn:aws:kms:${region}:${account}:key/${name}`, KeyId: name },
    }),
  },
  {
    type: 'AWS::KMS::Alias',
    reason: keys,
    name: 'AliasName',
    created: (name) => ({ ref: name, attributes: {} }),
  },
];

function alarm(name: string, { account, region }: Place): Created {
  const arn = `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`;
  return { ref: name, attributes: { Arn: arn } };
}

/** The inert types as kinds: they give names and ARNs to the rest of the template, and do nothing. */
export function inertKinds(place: Place): readonly ResourceKind[] {
  return inertTypes.map((inert) =>
    resourceKind({
      type: inert.type,
      properties: Anything,
      create: (declared: Declared<Record<string, unknown>>) => {
        const given = inert.name === undefined ? undefined : declared.properties[inert.name];
        return inert.created(typeof given === 'string' ? given : declared.physicalName, place);
      },
    }),
  );
}
