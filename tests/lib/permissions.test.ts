import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { grants, handlers, Role } from './grants.ts';
import { resourcesOf, seoul, templateOf } from './template.ts';

const template = templateOf(seoul);

/** The table whose stream each trigger follows. */
const followed: Readonly<Record<string, string>> = {
  'documents/erase.trigger': 'Documents',
  'identity/invitation.trigger': 'Identity',
  'eligibility/learner.trigger': 'Identity',
  'eligibility/offer.trigger': 'Eligibility',
  'enrolment/approval.trigger': 'Eligibility',
  'enrolment/seats.trigger': 'Enrolment',
  'mentoring/round.trigger': 'Mentoring',
  'notices/mail.trigger': 'Notices',
  'privacy/deletion.trigger': 'Privacy',
  'provisioning/dispatch.trigger': 'Enrolment',
};

describe('given a region, when its functions act', () => {
  it('then there is a role for each of them and for nothing else', () => {
    template.resourceCountIs('AWS::IAM::Role', handlers.length);
    expect(handlers.sort()).toEqual([
      'about/api',
      'audit/api',
      'catalogue/api',
      'documents/api',
      'documents/erase.trigger',
      'documents/expiry.job',
      'documents/scan.worker',
      'eligibility/api',
      'eligibility/due.job',
      'eligibility/learner.trigger',
      'eligibility/offer.trigger',
      'enrolment/api',
      'enrolment/approval.trigger',
      'enrolment/due.job',
      'enrolment/rebalance.job',
      'enrolment/seats.trigger',
      'identity/abandoned.job',
      'identity/api',
      'identity/consent.job',
      'identity/invitation.trigger',
      'launch/api',
      'mentoring/appointments.api',
      'mentoring/due.job',
      'mentoring/matching.api',
      'mentoring/mentors.api',
      'mentoring/mentorships.api',
      'mentoring/round.trigger',
      'mentoring/sessions.api',
      'notices/mail.trigger',
      'notices/resend.job',
      'operation/canary.job',
      'operation/migration.job',
      'privacy/api',
      'privacy/deletion.trigger',
      'privacy/due.job',
      'privacy/eligibility.job',
      'privacy/enrolment.job',
      'privacy/mentoring.job',
      'provisioning/account.worker',
      'provisioning/api',
      'provisioning/dispatch.trigger',
      'provisioning/operator.job',
      'provisioning/reconcile.job',
      'provisioning/sweep.job',
    ]);
  });

  it('then only Lambda takes a role, and no policy but its own comes with it', () => {
    for (const [id, { Properties }] of resourcesOf(template, 'AWS::IAM::Role')) {
      const role = Role.parse(Properties);
      expect(role.ManagedPolicyArns, id).toBeUndefined();
      expect(JSON.stringify(role.AssumeRolePolicyDocument)).toContain('"lambda.amazonaws.com"');
    }
  });

  it('then what a role may do is in the role itself, so that nothing runs before it may', () => {
    template.resourceCountIs('AWS::IAM::Policy', 0);
    template.resourceCountIs('AWS::IAM::ManagedPolicy', 0);
  });

  it.each([...resourcesOf(template, 'AWS::IAM::Role')])(
    'then the policy of %s has less than the 10,240 characters that IAM takes in a role',
    (_, { Properties }) => {
      const arn = 'x'.repeat(120);
      const written = JSON.stringify(Properties['Policies'], (_key, value: unknown) =>
        z
          .union([z.object({ Ref: z.string() }), z.object({ 'Fn::GetAtt': z.unknown() })])
          .safeParse(value).success
          ? arn
          : value,
      );
      expect(written.length).toBeLessThan(10_240);
    },
  );

  it.each(handlers)('then %s is allowed no wildcard that is not listed here', (handler) => {
    const allowed = [
      // Metrics know no resources.
      /^cloudwatch:GetMetricData \*$/,
      // Lambda asks for it on all streams of the table whose stream it reads.
      /^dynamodb:ListStreams <\w+DataTable>\/stream\/\*$/,
      // Files of papers, by what is known of them; which function may do what is listed below.
      /^s3:\w+ <DocumentsPapersBucket>\/(quarantine|clean)\/\*$/,
      // Entries of the ledger of deletions, which are only made.
      /^s3:PutObject <PrivacyLedgerBucket>\/deletions\/\*$/,
    ];
    const wild = (grants.get(handler) ?? []).filter((grant) => grant.includes('*'));
    expect(wild.filter((grant) => !allowed.some((pattern) => pattern.test(grant)))).toEqual([]);
  });

  it.each(handlers)('then %s writes logs of its own only', (handler) => {
    const logs = (grants.get(handler) ?? []).filter((grant) => grant.startsWith('logs:'));
    expect(new Set(logs.map((grant) => grant.split(' ')[0]))).toEqual(
      new Set(['logs:CreateLogStream', 'logs:PutLogEvents']),
    );
    expect(new Set(logs.map((grant) => grant.split(' ')[1])).size).toBe(1);
  });

  it('then mail goes out from the region’s domain, by the functions that write notices', () => {
    const sending = handlers.flatMap((handler) =>
      (grants.get(handler) ?? [])
        .filter((grant) => grant.startsWith('ses:'))
        .map((grant) => `${handler} ${grant.replaceAll('<AWS::', '<')}`),
    );
    const arn = 'arn:<Partition>:ses:<Region>:<AccountId>';
    expect(sending).toEqual(
      ['notices/mail.trigger', 'notices/resend.job'].flatMap((handler) =>
        // Both, since some sessions' mails have attachments.
        ['ses:SendEmail', 'ses:SendRawEmail'].flatMap((action) => [
          `${handler} ${action} ${arn}:configuration-set/<NoticesSending>`,
          `${handler} ${action} ${arn}:identity/mail.seoul.example`,
        ]),
      ),
    );
  });

  it('then logins of staff are made, those of others only deleted when abandoned or as asked, and notices look up addresses', () => {
    const cognito = handlers.flatMap((handler) =>
      (grants.get(handler) ?? [])
        .filter((grant) => grant.startsWith('cognito'))
        .map((grant) => `${handler}: ${grant}`),
    );
    expect(cognito).toEqual([
      'identity/abandoned.job: cognito-idp:AdminDeleteUser <PublicPool>',
      'identity/abandoned.job: cognito-idp:AdminGetUser <PublicPool>',
      'identity/abandoned.job: cognito-idp:ListUsers <PublicPool>',
      'identity/invitation.trigger: cognito-idp:AdminAddUserToGroup <StaffPool>',
      'identity/invitation.trigger: cognito-idp:AdminCreateUser <StaffPool>',
      'identity/invitation.trigger: cognito-idp:AdminGetUser <StaffPool>',
      'identity/invitation.trigger: cognito-idp:AdminListGroupsForUser <StaffPool>',
      'identity/invitation.trigger: cognito-idp:AdminRemoveUserFromGroup <StaffPool>',
      'notices/mail.trigger: cognito-idp:AdminGetUser <PublicPool>',
      'notices/resend.job: cognito-idp:AdminGetUser <PublicPool>',
      'privacy/api: cognito-idp:AdminGetUser <PublicPool>',
      ...['privacy/deletion.trigger', 'privacy/due.job'].flatMap((handler) =>
        ['AdminDeleteUser', 'AdminUserGlobalSignOut'].map(
          (action) => `${handler}: cognito-idp:${action} <PublicPool>`,
        ),
      ),
    ]);
  });

  it('then each secret is read by whoever uses it', () => {
    const readers = handlers.flatMap((handler) =>
      (grants.get(handler) ?? [])
        .filter((grant) => grant.startsWith('secretsmanager:GetSecretValue'))
        .map((grant) => [grant.split(' ')[1], handler] as const),
    );
    expect(new Set(readers.map(([, handler]) => handler))).toEqual(
      new Set([
        'documents/scan.worker',
        'eligibility/api',
        'launch/api',
        'mentoring/appointments.api',
        'provisioning/account.worker',
        // By which key a provider's events are signed; Seoul may have none that sends any.
        ...(seoul.providers.some(({ kind }) => kind === 'webhook') ? ['provisioning/api'] : []),
        'provisioning/reconcile.job',
      ]),
    );
    expect(readers.filter(([, handler]) => handler === 'eligibility/api')).toHaveLength(1);
    // All providers have one, and who reads it reads of all (docs/security.md).
    expect(readers.filter(([, handler]) => handler === 'provisioning/account.worker')).toHaveLength(
      1,
    );
  });

  it('then only whoever judges papers reads what is in quarantine, and only whoever shows them what is clean', () => {
    const erasing = ['s3:DeleteObject clean', 's3:DeleteObject quarantine'].flatMap((grant) => [
      grant,
      grant.replace('Object', 'ObjectVersion'),
    ]);
    const files = handlers.flatMap((handler) =>
      (grants.get(handler) ?? [])
        .filter((grant) => grant.startsWith('s3:'))
        .map((grant) => `${handler} ${grant.replace(/<DocumentsPapersBucket>\/(\w+)\/\*/, '$1')}`),
    );
    const all = 's3:ListBucketVersions <DocumentsPapersBucket>';
    expect(files.sort()).toEqual(
      [
        ...['s3:GetObject clean', 's3:PutObject quarantine'].map(
          (grant) => `documents/api ${grant}`,
        ),
        ...[...erasing, all].map((grant) => `documents/erase.trigger ${grant}`),
        ...[
          ...erasing,
          all,
          // Whoever may not list is denied what is gone, and could not tell it from what it may not read.
          's3:ListBucket <DocumentsPapersBucket>',
          's3:GetObjectVersion quarantine',
          's3:PutObject clean',
        ].map((grant) => `documents/scan.worker ${grant}`),
        // Whoever takes their papers along; and whoever waits until their files are gone, and enters the ledger.
        'privacy/api s3:GetObject clean',
        ...['privacy/deletion.trigger', 'privacy/due.job'].flatMap((handler) =>
          [all, 's3:PutObject <PrivacyLedgerBucket>/deletions/*'].map(
            (grant) => `${handler} ${grant}`,
          ),
        ),
      ].sort(),
    );
  });

  it.each([
    ['provisioning/dispatch.trigger', ['SendMessage']],
    ['provisioning/sweep.job', ['SendMessage']],
    [
      'provisioning/account.worker',
      ['ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility', 'GetQueueAttributes'],
    ],
  ])('then %s uses every provider queue, and no dead-letter queue', (handler, actions) => {
    const uses = (grants.get(handler) ?? []).filter(
      (grant) => grant.startsWith('sqs:') && !grant.includes('GivenUp'),
    );
    const expected = actions.flatMap((action) =>
      seoul.providers.map(({ id }) => `sqs:${action} <Provisioning${id.replaceAll('-', '')}Queue>`),
    );
    expect(uses).toEqual(expected.sort());
  });

  it.each(['provisioning/api', 'provisioning/operator.job'])(
    'then %s sends to every provider, and looks at and redrives what was given up',
    (handler) => {
      const used = (grants.get(handler) ?? []).filter((grant) => grant.startsWith('sqs:'));
      const expected = seoul.providers.flatMap(({ id }) => {
        const construct = `Provisioning${id.replaceAll('-', '')}`;
        const deadLetters = [
          ...['ChangeMessageVisibility', 'DeleteMessage', 'GetQueueAttributes'],
          ...['ListMessageMoveTasks', 'ReceiveMessage', 'StartMessageMoveTask'],
        ].map((action) => `sqs:${action} <${construct}DeadLetters>`);
        const queue = ['GetQueueAttributes', 'SendMessage'].map(
          (action) => `sqs:${action} <${construct}Queue>`,
        );
        return [...deadLetters, ...queue];
      });
      expect(used).toEqual(expected.sort());
    },
  );

  it('then only whoever shows operators how old messages are reads metrics', () => {
    const readers = handlers.filter((handler) =>
      grants.get(handler)?.some((grant) => grant.startsWith('cloudwatch:')),
    );
    expect(readers).toEqual(['provisioning/api', 'provisioning/operator.job']);
  });

  it.each(handlers.map((handler) => [handler, followed[handler] ?? 'no table'] as const))(
    'then %s follows the stream of %s',
    (handler, table) => {
      const following = ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].flatMap(
        (action) =>
          handler in followed
            ? `dynamodb:${action} <${table}DataTable>/stream${action === 'ListStreams' ? '/*' : ''}`
            : [],
      );
      const grantsOf = grants.get(handler) ?? [];
      expect(grantsOf.filter((grant) => /^dynamodb:.*\/stream/.test(grant))).toEqual(following);
    },
  );
});
