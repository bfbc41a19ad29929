import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnLoggingConfiguration, CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Aws, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Firewall, Region } from '../regions/schema.ts';
import { Keys } from './keys.ts';
import type { Pool } from './pools.ts';
import { acknowledgeKeysOfAws } from './support/keys-of-aws.ts';

/**
 * AWS's own groups of rules, the cheapest to judge first. Addresses that attack others; then what exploits known
 * holes. The group for web pages in general is not among them: Cognito's API is no page, and a wrong block keeps a
 * child out.
 */
const managed = ['AWSManagedRulesAmazonIpReputationList', 'AWSManagedRulesKnownBadInputsRuleSet'];

/**
 * A web ACL before both user pools, whose sign-up and sign-in anyone on the Internet may call (Amazon Cognito Developer
 * Guide, "Associate an AWS WAF web ACL with a user pool"). Its log keeps what was blocked and nothing else.
 */
export class PoolFirewall extends Construct {
  constructor(
    scope: Construct,
    id: string,
    region: Region,
    pools: Readonly<Record<string, Pool>>,
    firewall: Firewall,
  ) {
    super(scope, id);
    const acl = new CfnWebACL(this, 'Acl', {
      description: `Before the user pools of ${region.id}`,
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      rules: [...managed.map(groupRule), rateRule(firewall.perAddress, managed.length)],
      visibilityConfig: seenAs('pools'),
    });
    for (const [name, { pool }] of Object.entries(pools)) {
      new CfnWebACLAssociation(this, name, {
        webAclArn: acl.attrArn,
        resourceArn: pool.userPoolArn,
      });
    }
    this.#addLog(acl, region);
  }

  /** WAF takes only log groups whose names begin so (AWS WAF Developer Guide, "Logging to CloudWatch Logs"). */
  #addLog(acl: CfnWebACL, { id, deployment }: Region): void {
    const logs = new LogGroup(this, 'Blocked', {
      logGroupName: `aws-waf-logs-ladder-${id}`,
      // Blocked requests hold addresses of people, as access logs do.
      retention: deployment.logDays.access,
      removalPolicy: RemovalPolicy.DESTROY,
      ...Keys.of(this).ofOthers,
    });
    acknowledgeKeysOfAws(logs, 'NIST.800.53.R5-CloudWatchLogGroupEncrypted');
    new CfnLoggingConfiguration(this, 'Log', {
      resourceArn: acl.attrArn,
      // WAF takes the ARN without the ":*" that CloudFormation's attribute ends in.
      logDestinationConfigs: [
        `arn:${Aws.PARTITION}:logs:${Aws.REGION}:${Aws.ACCOUNT_ID}:log-group:${logs.logGroupName}`,
      ],
      redactedFields: [{ singleHeader: { Name: 'authorization' } }],
      loggingFilter: {
        DefaultBehavior: 'DROP',
        Filters: [
          {
            Behavior: 'KEEP',
            Requirement: 'MEETS_ANY',
            Conditions: [{ ActionCondition: { Action: 'BLOCK' } }],
          },
        ],
      },
    });
  }
}

function groupRule(name: string, priority: number): CfnWebACL.RuleProperty {
  return {
    name,
    priority,
    overrideAction: { none: {} },
    statement: { managedRuleGroupStatement: { vendorName: 'AWS', name } },
    visibilityConfig: seenAs(name),
  };
}

function rateRule(limit: number, priority: number): CfnWebACL.RuleProperty {
  const statement = { limit, aggregateKeyType: 'IP', evaluationWindowSec: 300 };
  return {
    name: 'too-often',
    priority,
    action: { block: {} },
    statement: { rateBasedStatement: statement },
    visibilityConfig: seenAs('too-often'),
  };
}

/** Samples would show requests of people in the console. */
function seenAs(metricName: string): CfnWebACL.VisibilityConfigProperty {
  return { metricName, cloudWatchMetricsEnabled: true, sampledRequestsEnabled: false };
}
