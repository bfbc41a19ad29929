import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { Keys } from '../keys.ts';
import { acknowledge } from './acknowledge.ts';
import { acknowledgeKeysOfAws } from './keys-of-aws.ts';

export interface OperatorSecretProps {
  /** The name that functions read it by. */
  readonly name: string;
  readonly description: string;
  /** The value's fields but one, until an operator puts the real value. */
  readonly known: Readonly<Record<string, string>>;
  /** The field that is generated meanwhile. */
  readonly generated: string;
}

/**
 * A secret that another party issues: the stack makes it with what leads nowhere, such as an address in `.invalid`
 * (RFC 6761), and a random token, so that whoever reads it early fails as with an unreachable service. An
 * operator then puts the real value, which no template and no environment ever holds:
 *
 * ```sh
 * aws secretsmanager put-secret-value --secret-id ladder/<region>/… --secret-string file://value.json
 * ```
 *
 * Never change what is generated: CloudFormation would write it over the operator's value.
 */
export function operatorSecret(scope: Construct, id: string, props: OperatorSecretProps): Secret {
  const keys = Keys.of(scope);
  const secret = new Secret(scope, id, {
    secretName: props.name,
    description: props.description,
    generateSecretString: {
      secretStringTemplate: JSON.stringify(props.known),
      generateStringKey: props.generated,
      excludePunctuation: true,
      passwordLength: 32,
    },
    // A credential is no data: whose stack is gone has no more use for it.
    removalPolicy: RemovalPolicy.DESTROY,
    ...keys.ofOthers,
  });
  for (const id of ['AwsSolutions-SMG4', 'NIST.800.53.R5-SecretsManagerRotationEnabled']) {
    acknowledge(secret, {
      id,
      reason:
        'The other party issues this credential and knows no API to rotate it; an operator replaces it when they do.',
    });
  }
  acknowledgeKeysOfAws(secret, 'NIST.800.53.R5-SecretsManagerUsingKMSKey');
  return secret;
}
