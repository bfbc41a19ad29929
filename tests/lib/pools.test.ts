import { readFileSync } from 'node:fs';
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { roles } from '../../functions/runtime/route.ts';
import { parseRegion } from '../../regions/load.ts';
import type { Region } from '../../regions/schema.ts';
import {
  taebaekWith as deployedWith,
  everyRegion,
  resourcesOf,
  taebaek,
  templateOf,
} from './template.ts';

const template = templateOf(taebaek);

/** Taebaek's file with something written otherwise, as the loader reads it: what loads must synthesize. */
function taebaekWith(rewrite: (text: string) => string) {
  return parseRegion(rewrite(readFileSync('regions/taebaek.yaml', 'utf8')), 'r.yaml');
}

/** The properties of the public or the staff pool, or of its client. */
function ofPool(which: 'Public' | 'Staff', type: 'UserPool' | 'UserPoolClient') {
  const [found] = [...resourcesOf(template, `AWS::Cognito::${type}`)].filter(([id]) =>
    id.startsWith(`${which}Pool`),
  );
  return found?.[1].Properties;
}

describe.each(['Public', 'Staff'] as const)('given the %s pool', (which) => {
  it('then what can never change is: people are named by e-mail, in any case of letters', () => {
    expect(ofPool(which, 'UserPool')).toMatchObject({
      UsernameAttributes: ['email'],
      UsernameConfiguration: { CaseSensitive: false },
      Schema: [{ Name: 'email', Required: true, Mutable: true }],
    });
    expect(ofPool(which, 'UserPool')).not.toHaveProperty('AliasAttributes');
  });

  it('then addresses are verified, a changed one before it counts, and passwords recovered by mail', () => {
    expect(ofPool(which, 'UserPool')).toMatchObject({
      AutoVerifiedAttributes: ['email'],
      UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
      AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'verified_email', Priority: 1 }] },
    });
  });

  it('then its client holds no secret, hides who has an account, and can revoke tokens', () => {
    expect(ofPool(which, 'UserPoolClient')).toMatchObject({
      GenerateSecret: false,
      PreventUserExistenceErrors: 'ENABLED',
      EnableTokenRevocation: true,
      AllowedOAuthFlowsUserPoolClient: false,
      ExplicitAuthFlows: [
        'ALLOW_USER_PASSWORD_AUTH',
        'ALLOW_USER_SRP_AUTH',
        'ALLOW_REFRESH_TOKEN_AUTH',
      ],
      AccessTokenValidity: 60,
      RefreshTokenValidity: which === 'Staff' ? 12 * 60 : 30 * 24 * 60,
      TokenValidityUnits: { AccessToken: 'minutes', RefreshToken: 'minutes' },
    });
  });

  it('then its mails say the same in each language of the region', () => {
    const { EmailVerificationMessage: text } = z
      .object({ EmailVerificationMessage: z.string() })
      .parse(ofPool(which, 'UserPool'));
    expect(text.match(/\{####\}/g)).toHaveLength(taebaek.languages.length);
    expect(text).toContain('인증 코드');
    expect(text).toContain('Your code');
  });

  it('then mail goes out through the domain that the region file names', () => {
    const { mail, awsRegion } = taebaek.deployment;
    if (mail.via !== 'ses') throw new Error('the sample region is expected to send through SES');
    expect(ofPool(which, 'UserPool')?.['EmailConfiguration']).toEqual({
      EmailSendingAccount: 'DEVELOPER',
      From: mail.from,
      SourceArn: {
        'Fn::Join': [
          '',
          [`arn:aws:ses:${awsRegion}:`, { Ref: 'AWS::AccountId' }, `:identity/${mail.domain}`],
        ],
      },
    });
  });
});

describe('given learners', () => {
  it('then they sign up themselves, with a password that a child can type', () => {
    expect(ofPool('Public', 'UserPool')).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: false },
      MfaConfiguration: 'OFF',
      Policies: {
        PasswordPolicy: { MinimumLength: 10, RequireLowercase: true, RequireNumbers: true },
      },
      UserPoolTier: 'LITE',
    });
  });
});

describe('given the plan of the learners’ pool', () => {
  it.each([
    ['', 'LITE', undefined],
    ['  threatProtection: lite\n', 'LITE', undefined],
    ['  threatProtection: essentials\n', 'ESSENTIALS', undefined],
    ['  threatProtection: plus\n', 'PLUS', { AdvancedSecurityMode: 'ENFORCED' }],
  ])(
    'when the file says "%s", then it is %s, and staff have Plus all the same',
    (text, tier, addOns) => {
      const pools = [...resourcesOf(templateOf(deployedWith(text)), 'AWS::Cognito::UserPool')];
      const tiers = pools.map(([id, { Properties }]) => [
        id.startsWith('Public') ? 'public' : 'staff',
        Properties['UserPoolTier'],
        Properties['UserPoolAddOns'],
      ]);
      expect(tiers).toEqual([
        ['public', tier, addOns],
        ['staff', 'PLUS', { AdvancedSecurityMode: 'ENFORCED' }],
      ]);
    },
  );
});

describe('given any region of the project', () => {
  it.each(everyRegion)('then staff of %s need a second factor that is no SMS', (_, region) => {
    const pools = [...resourcesOf(templateOf(region), 'AWS::Cognito::UserPool')];
    const [staff] = pools.filter(([id]) => id.startsWith('StaffPool'));
    expect(staff?.[1].Properties).toMatchObject({
      MfaConfiguration: 'ON',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
    });
  });
});

describe('given staff', () => {
  it('then they are invited, and need an authenticator and a strong password', () => {
    expect(ofPool('Staff', 'UserPool')).toMatchObject({
      AdminCreateUserConfig: {
        AllowAdminCreateUserOnly: true,
        InviteMessageTemplate: { EmailMessage: expect.stringContaining('{username}') },
      },
      MfaConfiguration: 'ON',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
      Policies: {
        PasswordPolicy: {
          MinimumLength: 14,
          RequireLowercase: true,
          RequireUppercase: true,
          RequireNumbers: true,
          RequireSymbols: true,
          TemporaryPasswordValidityDays: 7,
        },
      },
      UserPoolTier: 'PLUS',
      UserPoolAddOns: { AdvancedSecurityMode: 'ENFORCED' },
    });
  });

  it('then there is a group for each role, and none else', () => {
    const groups = [...resourcesOf(template, 'AWS::Cognito::UserPoolGroup').values()];
    expect(groups.map(({ Properties }) => Properties['GroupName']).sort()).toEqual(
      [...roles].sort(),
    );
  });

  it('then the first administrator comes from the region file', () => {
    const email = taebaek.deployment.firstAdministrator;
    template.hasResource('AWS::Cognito::UserPoolUser', {
      Properties: {
        Username: email,
        UserPoolId: { Ref: Match.stringLikeRegexp('^StaffPool') },
        DesiredDeliveryMediums: ['EMAIL'],
      },
    });
    template.hasResource('AWS::Cognito::UserPoolUserToGroupAttachment', {
      Properties: { GroupName: 'administrator', Username: email },
      DependsOn: Match.arrayWith([
        Match.stringLikeRegexp('FirstAdministrator'),
        Match.stringLikeRegexp('Groupadministrator'),
      ]),
    });
  });

  it.each(['AWS::Cognito::UserPoolUser', 'AWS::Cognito::UserPoolUserToGroupAttachment'])(
    'when the file names another first administrator, then the %s of the first stays',
    (type) => {
      const retained = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' };
      expect([...resourcesOf(template, type).values()]).toMatchObject([retained]);
    },
  );
});

describe('given what a region file may say', () => {
  const odd: Region = {
    ...taebaek,
    name: { ko: 'A & <B>', en: 'A & <B>' },
    deployment: { ...taebaek.deployment, mail: { via: 'cognito', trial: true } },
  };

  it('when mail goes through Cognito for a trial, then no domain is asked for', () => {
    templateOf(odd).allResourcesProperties('AWS::Cognito::UserPool', {
      EmailConfiguration: { EmailSendingAccount: 'COGNITO_DEFAULT' },
    });
  });

  const longNames = { letters: '가'.repeat(40), 'signs of two units each': '🏫'.repeat(20) };
  /** The longest ids of a region and a provider that are accepted, and a name. */
  const longest = (name: string) =>
    taebaekWith((text) =>
      text
        .replace(/^name: .*$/m, `name: { ko: ${name}, en: ${name} }`)
        .replace(/^id: .*$/m, `id: ${'t'.repeat(23)}`)
        .replace('- id: highland', `- id: ${'p'.repeat(40)}`),
    );

  it.each(Object.entries(longNames))(
    'when its name is as long as can be, in %s, then subjects still fit in 140',
    (_, name) => {
      const region = longest(name);
      expect(region.name).toEqual({ ko: name, en: name });
      const Subjects = z.object({
        EmailVerificationSubject: z.string().max(140),
        AdminCreateUserConfig: z.object({
          InviteMessageTemplate: z.object({ EmailSubject: z.string().max(140) }).optional(),
        }),
      });
      const pools = [...resourcesOf(templateOf(region), 'AWS::Cognito::UserPool').values()];
      expect(pools).toHaveLength(2);
      for (const { Properties } of pools) {
        const { EmailVerificationSubject: subject } = Subjects.parse(Properties);
        expect(subject.split(name)).toHaveLength(3);
      }
    },
  );

  it('when a provider has the longest id that is accepted, then its queues are as long as SQS takes', () => {
    const names = [
      ...resourcesOf(templateOf(longest(longNames.letters)), 'AWS::SQS::Queue').values(),
    ].map(({ Properties }) => z.string().default('').parse(Properties['QueueName']).length);
    expect(Math.max(...names)).toBe(80);
  });

  it('when its name holds letters that HTML knows, then mails show them as they are', () => {
    templateOf(odd).allResourcesProperties('AWS::Cognito::UserPool', {
      EmailVerificationMessage: Match.stringLikeRegexp('A &amp; &lt;B&gt;'),
    });
  });
});
