import {
  AccountRecovery,
  CfnUserPoolGroup,
  CfnUserPoolUser,
  CfnUserPoolUserToGroupAttachment,
  ClientAttributes,
  FeaturePlan,
  Mfa,
  StandardThreatProtectionMode,
  UserPool,
  type UserPoolClient,
  UserPoolEmail,
  type UserPoolProps,
} from 'aws-cdk-lib/aws-cognito';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { roles } from '../functions/runtime/route.ts';
import type { Region } from '../regions/schema.ts';
import { invitationMail, verificationMail } from './pool-mails.ts';
import { acknowledge } from './support/acknowledge.ts';

/** A user pool and the one client that its people sign in through. */
export interface Pool {
  readonly pool: UserPool;
  readonly client: UserPoolClient;
}

/**
 * What both pools share and cannot change later without losing everyone's login (docs/adr/0001-user-pools.md):
 * people are named by e-mail, in any case of letters, and no attribute but the address is kept here.
 */
function fixedForEver({ deployment }: Region): UserPoolProps {
  const { mail, awsRegion } = deployment;
  return {
    signInAliases: { email: true },
    signInCaseSensitive: false,
    standardAttributes: { email: { required: true, mutable: true } },
    autoVerify: { email: true },
    // Until a new address is verified the old one stays the login.
    keepOriginal: { email: true },
    accountRecovery: AccountRecovery.EMAIL_ONLY,
    email:
      mail.via === 'ses'
        ? UserPoolEmail.withSES({
            fromEmail: mail.from,
            sesRegion: awsRegion,
            sesVerifiedDomain: mail.domain,
          })
        : UserPoolEmail.withCognito(),
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
  };
}

/** A public client: what it is cannot hold a secret, and says nothing about who has an account. */
function addClient(pool: UserPool, refreshToken: Duration): UserPoolClient {
  const address = new ClientAttributes().withStandardAttributes({ email: true });
  return pool.addClient('Client', {
    authFlows: { userPassword: true, userSrp: true },
    disableOAuth: true,
    generateSecret: false,
    preventUserExistenceErrors: true,
    enableTokenRevocation: true,
    accessTokenValidity: Duration.hours(1),
    idTokenValidity: Duration.hours(1),
    refreshTokenValidity: refreshToken,
    readAttributes: new ClientAttributes().withStandardAttributes({
      email: true,
      emailVerified: true,
    }),
    writeAttributes: address,
  });
}

/** Where learners, guardians and mentors sign up and sign in. */
export class PublicPool extends Construct implements Pool {
  readonly pool: UserPool;
  readonly client: UserPoolClient;

  constructor(scope: Construct, id: string, region: Region) {
    super(scope, id);
    this.pool = new UserPool(this, 'Pool', {
      ...fixedForEver(region),
      selfSignUpEnabled: true,
      mfa: Mfa.OFF,
      // Children type it: length does more than odd characters (NIST SP 800-63B-4, 3.1.1.2).
      passwordPolicy: {
        minLength: 10,
        requireLowercase: true,
        requireUppercase: false,
        requireDigits: true,
        requireSymbols: false,
      },
      userVerification: verificationMail(region),
      ...planOf(region.deployment.threatProtection),
    });
    this.client = addClient(this.pool, Duration.days(30));
    this.#acknowledge(region);
  }

  #acknowledge({ deployment }: Region): void {
    acknowledge(this.pool, {
      id: 'AwsSolutions-COG1',
      reason:
        'Learners from six years on type this password: ten characters of two kinds, without the rules of composition that NIST SP 800-63B-4 advises against.',
    });
    acknowledge(this.pool, {
      id: 'AwsSolutions-COG2',
      reason:
        'Children have no phone of their own to carry a second factor; staff, who see the data of others, need one.',
    });
    if (deployment.threatProtection === 'plus') return;
    acknowledge(this.pool, {
      id: 'AwsSolutions-COG8',
      reason:
        'Threat protection is billed for each of up to 110,000 learners, whose login opens their own data only; "threatProtection: plus" of the region file adds it. Lockout after failed attempts is part of every plan.',
    });
  }
}

/**
 * Password, SRP and e-mail codes are all in Lite; Essentials costs about three times as much for each of 110,000 learners
 * and adds managed pages and token triggers, which we do not use. Plus blocks leaked passwords and odd sign-ins.
 */
function planOf(
  plan: Region['deployment']['threatProtection'] = 'lite',
): Pick<UserPoolProps, 'featurePlan' | 'standardThreatProtectionMode'> {
  const { FULL_FUNCTION } = StandardThreatProtectionMode;
  switch (plan) {
    case 'lite':
      return { featurePlan: FeaturePlan.LITE };
    case 'essentials':
      return { featurePlan: FeaturePlan.ESSENTIALS };
    case 'plus':
      return { featurePlan: FeaturePlan.PLUS, standardThreatProtectionMode: FULL_FUNCTION };
  }
}

/** Where officers, coordinators, consultants, safeguarding leads and administrators sign in: by invitation, with a second factor. */
export class StaffPool extends Construct implements Pool {
  readonly pool: UserPool;
  readonly client: UserPoolClient;

  constructor(scope: Construct, id: string, region: Region) {
    super(scope, id);
    this.pool = new UserPool(this, 'Pool', {
      ...fixedForEver(region),
      selfSignUpEnabled: false,
      mfa: Mfa.REQUIRED,
      // Codes by SMS can be intercepted, and mail is what a stolen mailbox recovers the password with.
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: 14,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(7),
      },
      userVerification: verificationMail(region),
      userInvitation: invitationMail(region),
      // Some hundred people who can see everyone's data: leaked passwords and odd sign-ins are blocked.
      featurePlan: FeaturePlan.PLUS,
      standardThreatProtectionMode: StandardThreatProtectionMode.FULL_FUNCTION,
    });
    this.client = addClient(this.pool, Duration.hours(12));
    this.#addGroups();
    this.#inviteFirstAdministrator(region.deployment.firstAdministrator);
  }

  #addGroups(): void {
    const { userPoolId } = this.pool;
    for (const groupName of roles) {
      new CfnUserPoolGroup(this, `Group-${groupName}`, { userPoolId, groupName });
    }
  }

  /** The only one who is not invited through the API (edge case 49). */
  #inviteFirstAdministrator(email: string): void {
    const { userPoolId } = this.pool;
    const user = new CfnUserPoolUser(this, 'FirstAdministrator', {
      userPoolId,
      username: email,
      desiredDeliveryMediums: ['EMAIL'],
      userAttributes: [
        { name: 'email', value: email },
        { name: 'email_verified', value: 'true' },
      ],
    });
    const membership = new CfnUserPoolUserToGroupAttachment(this, 'FirstAdministratorGroup', {
      userPoolId,
      groupName: 'administrator',
      username: email,
    });
    membership.addResourceDependency(user);
    // Naming another person in the region file invites that person and takes nothing from the first: neither
    // the login nor what it may do.
    for (const kept of [user, membership]) kept.applyRemovalPolicy(RemovalPolicy.RETAIN);
    for (const group of this.node.children) {
      if (group instanceof CfnUserPoolGroup) membership.addResourceDependency(group);
    }
  }
}
