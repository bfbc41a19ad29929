import { CfnAlias, CfnKey, type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Aws, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Region } from '../regions/schema.ts';
import { keyPolicy } from './key-policy.ts';

/** What keeps the one word `Keys` out of every construct's properties: it is found from the stack. */
const id = 'Keys';

/**
 * With what a region's data is encrypted (`deployment.keys`): keys of AWS, or one key of the region's own for all
 * tables, queues, topics, secrets, logs and files. The key turns over every year, and stays when the stack goes: what it
 * encrypted would be lost with it.
 *
 * From L1 constructs: L2 ones would each write what they need into the key's policy, with actions by wildcard.
 */
export class Keys extends Construct {
  /** The region's own key; none where keys are AWS's. */
  readonly own: IKey | undefined;

  private constructor(stack: Stack, region: Region) {
    super(stack, id);
    this.own = region.deployment.keys === 'own' ? this.#addKey(region) : undefined;
  }

  /** Makes them, before whatever is encrypted. */
  static addTo(stack: Stack, region: Region): Keys {
    return new Keys(stack, region);
  }

  /**
   * The keys of the stack that a construct is part of.
   *
   * @throws {Error} the stack has none yet
   */
  static of(construct: Construct): Keys {
    const found = Stack.of(construct).node.tryFindChild(id);
    if (found instanceof Keys) return found;
    throw new Error(
      `${construct.node.path} needs the stack's keys: make them first, by Keys.addTo`,
    );
  }

  /** How every queue is encrypted. */
  get ofQueues(): Pick<QueueProps, 'encryption' | 'encryptionMasterKey'> {
    return this.own === undefined
      ? { encryption: QueueEncryption.SQS_MANAGED }
      : { encryption: QueueEncryption.KMS, encryptionMasterKey: this.own };
  }

  /** The own key for what takes one and is encrypted by AWS otherwise. */
  get ofOthers(): { readonly encryptionKey?: IKey } {
    return this.own === undefined ? {} : { encryptionKey: this.own };
  }

  #addKey(region: Region): IKey {
    const key = new CfnKey(this, 'Key', {
      description: `Data of the region ${region.id}`,
      enableKeyRotation: true,
      pendingWindowInDays: 30,
      keyPolicy,
    });
    key.applyRemovalPolicy(RemovalPolicy.RETAIN);
    new CfnAlias(this, 'Alias', {
      aliasName: `alias/${Aws.STACK_NAME}`,
      targetKeyId: key.ref,
    });
    // What L2 constructs may read of it and not change.
    return Key.fromKeyArn(this, 'Own', key.attrArn);
  }
}
