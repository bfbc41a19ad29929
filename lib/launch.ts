import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { z } from 'zod';
import type { launchEnvironments } from '../functions/launch/contract.ts';
import { accountsIndex } from '../functions/provisioning/contract.ts';
import { Keys } from './keys.ts';
import { providersSecretName } from './provider-secret.ts';
import { acknowledge } from './support/acknowledge.ts';
import { CapabilityTable } from './support/capability-table.ts';
import type { StackContext } from './support/context.ts';
import { apiSeconds, HandlerFunction } from './support/handler-function.ts';
import { acknowledgeKeysOfAws } from './support/keys-of-aws.ts';

export interface LaunchProps {
  readonly identity: CapabilityTable;
  readonly enrolment: CapabilityTable;
  readonly provisioning: CapabilityTable;
  readonly audit: CapabilityTable;
  /** Of the providers, where any needs one: where learners are sent. */
  readonly secretArns: readonly string[];
}

/** Ways in to what learners chose, and the platform that LTI tools see. */
export class Launch extends Construct {
  readonly api: HandlerFunction;

  constructor(scope: Construct, id: string, context: StackContext, props: LaunchProps) {
    super(scope, id);
    const table = new CapabilityTable(this, 'Data');
    const keys = this.#addKeys(context);
    const environment = {
      LAUNCH_TABLE: table.name,
      IDENTITY_TABLE: props.identity.name,
      ENROLMENT_TABLE: props.enrolment.name,
      PROVISIONING_TABLE: props.provisioning.name,
      AUDIT_TABLE: props.audit.name,
      PROVIDERS_SECRET: providersSecretName(context),
      PLATFORM_KEYS: keys.secretName,
    } satisfies z.input<typeof launchEnvironments.api>;
    this.api = new HandlerFunction(this, 'Api', context, {
      entry: 'launch/api',
      environment,
      seconds: apiSeconds,
      // Keys are made while somebody waits, twice at the very first launch.
      memory: 1024,
    });
    table.allow(this.api, 'GetItem', 'Query', 'PutItem', 'DeleteItem');
    props.identity.allow(this.api, 'GetItem', 'Query');
    props.enrolment.allow(this.api, 'GetItem');
    props.provisioning.allow(this.api, 'GetItem');
    props.provisioning.allowQueries(this.api, accountsIndex.name);
    props.audit.allow(this.api, 'PutItem');
    const read = ['secretsmanager:GetSecretValue'];
    this.api.allow(read, [...props.secretArns, keys.secretArn]);
    this.api.allow(['secretsmanager:PutSecretValue'], [keys.secretArn]);
  }

  /**
   * The platform's own keys. The stack makes no key, for a template cannot: what is generated says nothing, and the
   * first launch puts keys in its place. Never change what is generated: CloudFormation would write it over the keys.
   */
  #addKeys(context: StackContext): Secret {
    const secret = new Secret(this, 'Keys', {
      secretName: `ladder/${context.region.id}/platform-keys`,
      description:
        'Keys by which tools and providers know who sends learners; made by functions/launch',
      generateSecretString: {
        secretStringTemplate: '{}',
        generateStringKey: 'unmade',
        excludePunctuation: true,
        passwordLength: 32,
      },
      // Whose stack is gone sends nobody any more, and a new one makes keys of its own.
      removalPolicy: RemovalPolicy.DESTROY,
      ...Keys.of(this).ofOthers,
    });
    for (const finding of ['AwsSolutions-SMG4', 'NIST.800.53.R5-SecretsManagerRotationEnabled']) {
      acknowledge(secret, {
        id: finding,
        reason:
          'The function that signs turns the keys itself, every thirty days, when it needs them.',
      });
    }
    acknowledgeKeysOfAws(secret, 'NIST.800.53.R5-SecretsManagerUsingKMSKey');
    return secret;
  }
}
