import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { resourcesOf, seoul, templateOf } from './template.ts';

const template = templateOf(seoul);

/** IAM writes a list of one without the list. */
const list = <Item extends z.ZodType>(item: Item) =>
  z.preprocess((value) => [value].flat(), z.array(item));
const Statement = z.object({
  Effect: z.enum(['Allow', 'Deny']),
  Action: list(z.string()),
  Resource: list(z.unknown()),
});
const Role = z.object({
  Description: z.string(),
  AssumeRolePolicyDocument: z.unknown(),
  ManagedPolicyArns: z.unknown().optional(),
  Policies: z.tuple([z.object({ PolicyDocument: z.object({ Statement: z.array(Statement) }) })]),
});

/** What each handler may do: `action resource`, the resource as `<LogicalId>` and what follows. */
function grantsByHandler(): ReadonlyMap<string, readonly string[]> {
  const roles = [...resourcesOf(template, 'AWS::IAM::Role').values()];
  return new Map(
    roles.map(({ Properties }) => {
      const { Description, Policies } = Role.parse(Properties);
      const grants = Policies[0].PolicyDocument.Statement.flatMap(
        ({ Effect, Action, Resource }) => {
          expect(Effect).toBe('Allow');
          return Action.flatMap((action) =>
            Resource.map((resource) => `${action} ${spelled(resource)}`),
          );
        },
      );
      return [Description.replace('What ', '').replace(' may do', ''), grants.sort()];
    }),
  );
}

/** An ARN as text, with resources by a readable part of their logical id. */
function spelled(arn: unknown): string {
  if (typeof arn === 'string') return arn;
  const parsed = z
    .union([
      z.object({ Ref: z.string() }),
      z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) }),
      z.object({ 'Fn::Join': z.tuple([z.literal(''), z.array(z.unknown())]) }),
    ])
    .parse(arn);
  if ('Ref' in parsed) return `<${readable(parsed.Ref)}>`;
  if ('Fn::Join' in parsed) return parsed['Fn::Join'][1].map(spelled).join('');
  const [id, attribute] = parsed['Fn::GetAtt'];
  return attribute === 'StreamArn' ? `<${readable(id)}>/stream` : `<${readable(id)}>`;
}

/** Without the hash that the CDK appends. */
function readable(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, '');
}

const grants = grantsByHandler();
const handlers = [...grants.keys()];

/** What a handler may do in DynamoDB, without the service's name. */
const dynamoGrants = (handler: string) =>
  (grants.get(handler) ?? [])
    .filter((grant) => grant.startsWith('dynamodb:'))
    .map((grant) => grant.slice('dynamodb:'.length));

/** The table whose stream each trigger follows. */
const followed: Readonly<Record<string, string>> = {
  'documents/erase.trigger': 'Documents',
  'identity/invitation.trigger': 'Identity',
  'eligibility/learner.trigger': 'Identity',
  'eligibility/offer.trigger': 'Eligibility',
  'enrolment/approval.trigger': 'Eligibility',
  'enrolment/seats.trigger': 'Enrolment',
  'notices/mail.trigger': 'Notices',
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
      'notices/mail.trigger',
      'notices/resend.job',
      'provisioning/account.worker',
      'provisioning/dispatch.trigger',
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
      // X-Ray's two actions know no resources.
      /^xray:Put(TraceSegments|TelemetryRecords) \*$/,
      // Lambda asks for it on all streams of the table whose stream it reads.
      /^dynamodb:ListStreams <\w+DataTable>\/stream\/\*$/,
      // Files of papers, by what is known of them; which function may do what is listed below.
      /^s3:\w+ <DocumentsPapersBucket>\/(quarantine|clean)\/\*$/,
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

  it.each<[handler: string, ...rows: string[]]>([
    ['about/api'],
    [
      'catalogue/api',
      'BatchGetItem <CatalogueDataTable>',
      'BatchWriteItem <CatalogueDataTable>',
      'DeleteItem <CatalogueDataTable>',
      'GetItem <CatalogueDataTable>',
      'GetItem <EligibilityDataTable>',
      'GetItem <IdentityDataTable>',
      'PutItem <AuditDataTable>',
      'PutItem <CatalogueDataTable>',
      'Query <CatalogueDataTable>',
      'Query <IdentityDataTable>',
      'UpdateItem <CatalogueDataTable>',
    ],
    [
      'documents/api',
      'DeleteItem <DocumentsDataTable>',
      'GetItem <DocumentsDataTable>',
      'GetItem <IdentityDataTable>',
      'PutItem <AuditDataTable>',
      'PutItem <DocumentsDataTable>',
      'Query <DocumentsDataTable>',
      'Query <IdentityDataTable>',
      'UpdateItem <DocumentsDataTable>',
    ],
    ['documents/erase.trigger'],
    [
      'documents/expiry.job',
      'DeleteItem <DocumentsDataTable>',
      'Query <DocumentsDataTable>/index/due',
      'UpdateItem <DocumentsDataTable>',
    ],
    [
      'documents/scan.worker',
      'GetItem <DocumentsDataTable>',
      'PutItem <DocumentsDataTable>',
      'UpdateItem <DocumentsDataTable>',
    ],
    [
      'audit/api',
      'GetItem <IdentityDataTable>',
      'PutItem <AuditDataTable>',
      'Query <AuditDataTable>',
      'Query <AuditDataTable>/index/staff',
    ],
    [
      'eligibility/api',
      'BatchGetItem <EligibilityDataTable>',
      'ConditionCheckItem <IdentityDataTable>',
      'DeleteItem <EligibilityDataTable>',
      'GetItem <EligibilityDataTable>',
      'GetItem <IdentityDataTable>',
      'PutItem <AuditDataTable>',
      'PutItem <EligibilityDataTable>',
      'PutItem <NoticesDataTable>',
      'Query <DocumentsDataTable>',
      'Query <EligibilityDataTable>',
      'Query <EligibilityDataTable>/index/waiting',
      'Query <IdentityDataTable>',
      'UpdateItem <EligibilityDataTable>',
    ],
    [
      'eligibility/due.job',
      'DeleteItem <EligibilityDataTable>',
      'GetItem <EligibilityDataTable>',
      'PutItem <AuditDataTable>',
      'PutItem <EligibilityDataTable>',
      'PutItem <NoticesDataTable>',
      'Query <EligibilityDataTable>',
      'Query <EligibilityDataTable>/index/due',
      'UpdateItem <EligibilityDataTable>',
    ],
    [
      'eligibility/learner.trigger',
      'DeleteItem <EligibilityDataTable>',
      'GetItem <EligibilityDataTable>',
      'PutItem <AuditDataTable>',
      'PutItem <EligibilityDataTable>',
      'PutItem <NoticesDataTable>',
      'Query <EligibilityDataTable>',
      'UpdateItem <EligibilityDataTable>',
    ],
    [
      'eligibility/offer.trigger',
      'DeleteItem <EligibilityDataTable>',
      'GetItem <DocumentsDataTable>',
      'GetItem <EligibilityDataTable>',
      'PutItem <AuditDataTable>',
      'PutItem <DocumentsDataTable>',
      'PutItem <EligibilityDataTable>',
      'PutItem <NoticesDataTable>',
      'Query <DocumentsDataTable>',
      'Query <EligibilityDataTable>',
      'UpdateItem <EligibilityDataTable>',
    ],
    [
      'enrolment/api',
      'DeleteItem <EnrolmentDataTable>',
      'GetItem <EligibilityDataTable>',
      'GetItem <EnrolmentDataTable>',
      'PutItem <EnrolmentDataTable>',
      'PutItem <NoticesDataTable>',
      'Query <EnrolmentDataTable>',
      'Query <IdentityDataTable>',
      'UpdateItem <EnrolmentDataTable>',
    ],
    [
      'enrolment/approval.trigger',
      'DeleteItem <EnrolmentDataTable>',
      'GetItem <EnrolmentDataTable>',
      'PutItem <EnrolmentDataTable>',
      'PutItem <NoticesDataTable>',
      'Query <EnrolmentDataTable>',
      'UpdateItem <EnrolmentDataTable>',
    ],
    [
      'enrolment/due.job',
      'DeleteItem <EnrolmentDataTable>',
      'GetItem <EligibilityDataTable>',
      'GetItem <EnrolmentDataTable>',
      'PutItem <EnrolmentDataTable>',
      'PutItem <NoticesDataTable>',
      'Query <EnrolmentDataTable>',
      'Query <EnrolmentDataTable>/index/due',
      'UpdateItem <EnrolmentDataTable>',
    ],
    ['enrolment/rebalance.job', 'Query <EnrolmentDataTable>', 'UpdateItem <EnrolmentDataTable>'],
    [
      'enrolment/seats.trigger',
      'DeleteItem <EnrolmentDataTable>',
      'GetItem <EnrolmentDataTable>',
      'PutItem <EnrolmentDataTable>',
      'PutItem <NoticesDataTable>',
      'Query <EnrolmentDataTable>',
      'UpdateItem <EnrolmentDataTable>',
    ],
    ['identity/abandoned.job'],
    [
      'identity/api',
      'BatchGetItem <IdentityDataTable>',
      'ConditionCheckItem <IdentityDataTable>',
      'GetItem <IdentityDataTable>',
      'PutItem <AuditDataTable>',
      'PutItem <IdentityDataTable>',
      'PutItem <NoticesDataTable>',
      'Query <IdentityDataTable>',
      'Query <IdentityDataTable>/index/due',
      'UpdateItem <IdentityDataTable>',
    ],
    [
      'identity/consent.job',
      'GetItem <IdentityDataTable>',
      'PutItem <IdentityDataTable>',
      'PutItem <NoticesDataTable>',
      'Query <IdentityDataTable>',
      'Query <IdentityDataTable>/index/due',
      'UpdateItem <IdentityDataTable>',
    ],
    [
      'identity/invitation.trigger',
      'GetItem <IdentityDataTable>',
      'PutItem <IdentityDataTable>',
      'UpdateItem <IdentityDataTable>',
    ],
    [
      'notices/mail.trigger',
      'GetItem <NoticesDataTable>',
      'Query <IdentityDataTable>',
      'UpdateItem <NoticesDataTable>',
    ],
    [
      'notices/resend.job',
      'GetItem <NoticesDataTable>',
      'Query <IdentityDataTable>',
      'Query <NoticesDataTable>/index/due',
      'UpdateItem <NoticesDataTable>',
    ],
    [
      'provisioning/account.worker',
      'GetItem <EnrolmentDataTable>',
      'GetItem <ProvisioningDataTable>',
      'PutItem <EnrolmentDataTable>',
      'PutItem <ProvisioningDataTable>',
    ],
    ['provisioning/dispatch.trigger'],
    [
      'provisioning/sweep.job',
      'PutItem <EnrolmentDataTable>',
      'Query <EnrolmentDataTable>/index/pending',
    ],
  ])('then %s does with rows what its stores call, and nothing else', (handler, ...rows) => {
    expect(dynamoGrants(handler).filter((grant) => !grant.includes('/stream'))).toEqual(rows);
  });

  it('then nobody changes or deletes a line of the audit trail, and only its own route reads it', () => {
    const uses = handlers.flatMap((handler) =>
      dynamoGrants(handler)
        .filter((grant) => grant.includes('<AuditDataTable>'))
        .map((grant) => `${handler} ${grant.split(' ')[0]}`),
    );
    expect(uses.filter((use) => !use.endsWith(' PutItem'))).toEqual([
      'audit/api Query',
      'audit/api Query',
    ]);
    expect(uses).toContain('eligibility/api PutItem');
  });

  it.each(handlers.map((handler) => [handler, followed[handler] ?? 'no table'] as const))(
    'then %s follows the stream of %s',
    (handler, table) => {
      const following = ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].flatMap(
        (action) =>
          handler in followed
            ? `${action} <${table}DataTable>/stream${action === 'ListStreams' ? '/*' : ''}`
            : [],
      );
      expect(dynamoGrants(handler).filter((grant) => grant.includes('/stream'))).toEqual(following);
    },
  );

  it('then mail goes out from the region’s domain, by the functions that write notices', () => {
    const sending = handlers.flatMap((handler) =>
      (grants.get(handler) ?? [])
        .filter((grant) => grant.startsWith('ses:'))
        .map((grant) => `${handler} ${grant.replaceAll('<AWS::', '<')}`),
    );
    const arn = 'arn:<Partition>:ses:<Region>:<AccountId>';
    expect(sending).toEqual(
      ['notices/mail.trigger', 'notices/resend.job'].flatMap((handler) => [
        `${handler} ses:SendEmail ${arn}:configuration-set/<NoticesSending>`,
        `${handler} ses:SendEmail ${arn}:identity/mail.seoul.example`,
      ]),
    );
  });

  it('then logins of staff are made, those of others only deleted when abandoned, and notices look up addresses', () => {
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
    ]);
  });

  it('then each secret is read by the one function that uses it', () => {
    const readers = handlers.flatMap((handler) =>
      (grants.get(handler) ?? [])
        .filter((grant) => grant.startsWith('secretsmanager:GetSecretValue'))
        .map((grant) => [grant.split(' ')[1], handler] as const),
    );
    expect(new Set(readers.map(([, handler]) => handler))).toEqual(
      new Set(['documents/scan.worker', 'eligibility/api', 'provisioning/account.worker']),
    );
    expect(readers.filter(([, handler]) => handler === 'eligibility/api')).toHaveLength(1);
    expect(readers).toHaveLength(seoul.providers.length + 2);
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
        ...[...erasing, all, 's3:GetObjectVersion quarantine', 's3:PutObject clean'].map(
          (grant) => `documents/scan.worker ${grant}`,
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
});
