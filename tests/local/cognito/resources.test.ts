import { Template } from 'aws-cdk-lib/assertions';
import {
  AccountRecovery,
  CfnUserPoolUser,
  CfnUserPoolUserToGroupAttachment,
  ClientAttributes,
  FeaturePlan,
  Mfa,
  NumberAttribute,
  StandardThreatProtectionMode,
  StringAttribute,
  UserPool,
  UserPoolEmail,
} from 'aws-cdk-lib/aws-cognito';
import { App, Duration, Stack } from 'aws-cdk-lib/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { appClient, makePool, publicPool, signUp, staffPool } from './pools.ts';
import { startRegion, type TestRegion } from './server.ts';

let region: TestRegion;

beforeAll(async () => {
  region = await startRegion();
});
afterAll(() => region.close());

const Resources = z.record(z.string(), z.object({ Type: z.string(), Properties: z.unknown() }));

/** Both pools as CDK writes them, with most of what may reasonably be said about pools. */
function template(): z.output<typeof Resources> {
  // The CDK's own check of templates takes five seconds, and is not what is asked here.
  const app = new App({ builtinCloudFormationValidation: false, treeMetadata: false });
  const stack = new Stack(app, 'Pools', { env: { region: 'ap-northeast-2' } });
  const learners = new UserPool(stack, 'Public', {
    userPoolName: 'learners',
    selfSignUpEnabled: true,
    signInAliases: { email: true },
    autoVerify: { email: true },
    keepOriginal: { email: true },
    signInCaseSensitive: false,
    userVerification: { emailSubject: 'Code', emailBody: 'Your code is {####}' },
    standardAttributes: { email: { required: true, mutable: true }, locale: { mutable: true } },
    customAttributes: {
      area: new StringAttribute({ maxLen: 10 }),
      level: new NumberAttribute({ min: 1, mutable: true }),
    },
    mfa: Mfa.OPTIONAL,
    mfaSecondFactor: { sms: false, otp: true },
    passwordPolicy: {
      minLength: 10,
      requireLowercase: true,
      requireUppercase: true,
      requireDigits: true,
      requireSymbols: false,
      passwordHistorySize: 3,
      tempPasswordValidity: Duration.days(3),
    },
    email: UserPoolEmail.withSES({
      fromEmail: 'no-reply@example.org',
      fromName: 'Ladder',
      replyTo: 'help@example.org',
      sesRegion: 'us-east-1',
      configurationSetName: 'mail',
    }),
    accountRecovery: AccountRecovery.EMAIL_ONLY,
    deletionProtection: true,
    featurePlan: FeaturePlan.PLUS,
    standardThreatProtectionMode: StandardThreatProtectionMode.FULL_FUNCTION,
    signInPolicy: { allowedFirstAuthFactors: { password: true } },
  });
  learners.addClient('Web', {
    userPoolClientName: 'web',
    authFlows: { userPassword: true, userSrp: true, adminUserPassword: true },
    accessTokenValidity: Duration.minutes(15),
    idTokenValidity: Duration.minutes(15),
    refreshTokenValidity: Duration.days(30),
    authSessionValidity: Duration.minutes(5),
    preventUserExistenceErrors: true,
    enableTokenRevocation: true,
    disableOAuth: true,
    readAttributes: new ClientAttributes().withStandardAttributes({ email: true }),
    writeAttributes: new ClientAttributes().withStandardAttributes({ email: true }),
  });
  const staff = new UserPool(stack, 'Staff', {
    signInAliases: { email: true },
    signInCaseSensitive: false,
    mfa: Mfa.REQUIRED,
    mfaSecondFactor: { sms: false, otp: true },
    userInvitation: {
      emailSubject: 'Come',
      emailBody: 'You are {username}, enter with {####} please',
    },
    email: UserPoolEmail.withCognito('help@example.org'),
  });
  staff.addClient('Web', { disableOAuth: true, authFlows: { userSrp: true } });
  const group = staff.addGroup('Administrator', { groupName: 'administrator', precedence: 1 });
  const first = new CfnUserPoolUser(stack, 'First', {
    userPoolId: staff.userPoolId,
    username: 'first@example.org',
    desiredDeliveryMediums: ['EMAIL'],
    userAttributes: [{ name: 'email_verified', value: 'true' }],
  });
  new CfnUserPoolUserToGroupAttachment(stack, 'FirstIsAdministrator', {
    userPoolId: staff.userPoolId,
    groupName: group.groupName,
    username: first.ref,
  });
  return Resources.parse(Template.fromStack(stack).toJSON()['Resources']);
}

// Loads the CDK, which takes seconds.
describe('a template of CDK', { timeout: 90_000 }, () => {
  it('is created as it stands: pools, clients, groups and the first administrator', async () => {
    const refs = new Map<string, string>();
    for (const [name, { Type, Properties }] of Object.entries(template())) {
      const resolved = JSON.parse(JSON.stringify(Properties), (_, value) => {
        if (typeof value?.Ref === 'string') return refs.get(value.Ref) ?? value.Ref;
        return Array.isArray(value?.['Fn::Join']) ? 'arn:joined' : value;
      });
      refs.set(name, (await region.create(Type, name, resolved)).ref);
    }
    expect(
      [...refs.values()].filter((ref) => /^ap-northeast-2_[0-9A-Za-z]{9}$/.test(ref)),
    ).toHaveLength(2);
    expect(region.mails).toEqual([
      expect.objectContaining({
        to: 'first@example.org',
        subject: 'Come',
        text: expect.stringMatching(/^You are first@example\.org, enter with \S{12} please$/),
      }),
    ]);
  });
});

describe('a pool', () => {
  it('says its id, its ARN and where its tokens come from', async () => {
    const { ref, attributes } = await region.create('AWS::Cognito::UserPool', 'Said', publicPool);
    expect(attributes).toEqual({
      UserPoolId: ref,
      Arn: `arn:aws:cognito-idp:ap-northeast-2:000000000000:userpool/${ref}`,
      ProviderName: `cognito-idp.ap-northeast-2.amazonaws.com/${ref}`,
      ProviderURL: `${region.base}/_aws/${ref}`,
    });
  });

  it('is the same pool when it is created again, with what the template now says', async () => {
    const pool = await makePool(region, publicPool, { name: 'Again' });
    await signUp(pool, 'learner@example.org');
    const AdminCreateUserConfig = { AllowAdminCreateUserOnly: true };
    const again = await makePool(
      region,
      { ...publicPool, AdminCreateUserConfig },
      { name: 'Again' },
    );
    expect(again).toEqual(pool);
    await expect(signUp(again, 'late@example.org')).rejects.toThrow('SignUp is not permitted');
  });

  const fixed: readonly [string, object][] = [
    ['UsernameConfiguration', { UsernameConfiguration: { CaseSensitive: true } }],
    ['UsernameAttributes and AliasAttributes', { UsernameAttributes: [] }],
    ['Schema', { Schema: [] }],
  ];
  it.each(fixed)('with users refuses another %s', async (what, change) => {
    const name = `Fixed${what.length}`;
    const pool = await makePool(region, publicPool, { name });
    const changed = () =>
      region.create('AWS::Cognito::UserPool', name, { ...publicPool, ...change });
    await changed();
    await region.create('AWS::Cognito::UserPool', name, publicPool);
    await signUp(pool, 'learner@example.org');
    await expect(changed()).rejects.toThrow(`${name}: ${what} of a user pool cannot change`);
  });
});

describe('what is not emulated stops the boot', () => {
  const pool = 'AWS::Cognito::UserPool';
  const client = 'AWS::Cognito::UserPoolClient';
  const cases: readonly [string, object, string][] = [
    [pool, { LambdaConfig: { PreSignUp: 'arn' } }, 'Lambda triggers are not emulated'],
    [pool, { MfaConfiguration: 'ON', EnabledMfas: ['SMS_MFA'] }, 'EnabledMfas'],
    [pool, { MfaConfiguration: 'ON' }, 'must have SOFTWARE_TOKEN_MFA'],
    [pool, { UsernameAttributes: ['phone_number'] }, 'UsernameAttributes'],
    [pool, { AutoVerifiedAttributes: ['email', 'phone_number'] }, 'AutoVerifiedAttributes'],
    [pool, { DeviceConfiguration: {} }, 'DeviceConfiguration'],
    [pool, { Policies: { PasswordPolicy: { MinLength: 8 } } }, 'MinLength'],
    [pool, { WebAuthnRelyingPartyID: 'x' }, 'WebAuthnRelyingPartyID'],
    [client, { GenerateSecret: true }, 'clients with a secret are not emulated'],
    [client, { AllowedOAuthFlowsUserPoolClient: true }, 'hosted sign-in page is not emulated'],
    [client, { ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH'] }, 'ExplicitAuthFlows'],
    [client, { RefreshTokenRotation: { Feature: 'ENABLED' } }, 'rotating refresh tokens'],
    [client, { AccessTokenValidity: 2 }, 'AccessTokenValidity'],
    [client, { AccessTokenValidity: 2000 }, 'lasts 120000 s; AWS takes 300 to 86400'],
    [client, { CallbackURLs: [] }, 'CallbackURLs'],
    ['AWS::Cognito::UserPoolGroup', { Name: 'x' }, 'Name'],
    ['AWS::Cognito::UserPoolUser', { MessageAction: 'RESEND' }, 'MessageAction'],
  ];
  it.each(cases)('%s with %j', async (type, properties, text) => {
    const base = type === pool ? staffPool : type === client ? appClient : {};
    const { EnabledMfas: _, ...rest } = { EnabledMfas: [], ...base };
    const made = region.create(type, 'Refused', { ...rest, UserPoolId: 'x', ...properties });
    await expect(made).rejects.toThrow(text);
  });

  it('AWS::Cognito::UserPoolUser who would be told by SMS', async () => {
    const { poolId: UserPoolId } = await makePool(region, staffPool, { name: 'Invited' });
    const user = { UserPoolId, Username: 'sms@example.org' };
    await expect(region.create('AWS::Cognito::UserPoolUser', 'User', user)).rejects.toThrow(
      'say DesiredDeliveryMediums ["EMAIL"]',
    );
  });
});
