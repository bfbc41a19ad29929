import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { everyRegion, templateOf } from './template.ts';

/** IAM writes a list of one without the list. */
const list = z.preprocess((value) => [value].flat(), z.array(z.unknown()));
const Statement = z.object({
  Effect: z.enum(['Allow', 'Deny']),
  Action: list.optional(),
  NotAction: z.undefined('it allows whatever AWS will add one day').optional(),
  // A role's trust policy has no resource.
  Resource: list.default([]),
  NotResource: z.undefined('it allows whatever will be added one day').optional(),
});

/** What is allowed by wildcard, as "<actions> <resource>", each with the reason. */
const reasons: readonly (readonly [allowed: RegExp, reason: string])[] = [
  [
    /^cloudwatch:GetMetricData \*$/,
    'Metrics know no resources (Service Authorization Reference, Amazon CloudWatch).',
  ],
  [
    /^dynamodb:ListStreams <\w+DataTable\w+\.Arn>\/stream\/\*$/,
    'Lambda asks for it on all streams of the table that it follows (DynamoDB Developer Guide).',
  ],
  [
    /^s3:[\w,:]+ <DocumentsPapersBucket\w+\.Arn>\/(quarantine|clean)\/\*$/,
    'A paper has a key of its own below the prefix; which function may do what with which is in permissions.test.ts.',
  ],
  [
    /^s3:[\w,:]+ <PrivacyLedgerBucket\w+\.Arn>\/deletions\/\*$/,
    'Each deletion is an object of its own below the prefix, named by what was deleted.',
  ],
  [
    /^kms:\* \*$/,
    'The account keeps the right to manage its key, or nobody has it (KMS Developer Guide, "Default key policy").',
  ],
  [
    /^kms:[\w,:]+ \*$/,
    'In the policy of a key the resource is that key, and "*" is how it is written (the same, "Key policies").',
  ],
];

/** Every statement of every policy in a value, wherever it stands; a rule of the firewall has a `Statement` too. */
function statementsIn(value: unknown): z.output<typeof Statement>[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const ofPolicy = key === 'Statement' && JSON.stringify(inner).includes('"Effect"');
    return ofPolicy ? z.array(Statement).parse([inner].flat()) : statementsIn(inner);
  });
}

/** An ARN as text, with what is referred to in angle brackets. */
function spelled(value: unknown): string {
  if (typeof value === 'string') return value;
  const parsed = z
    .union([
      z.object({ Ref: z.string() }),
      z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) }),
      z.object({ 'Fn::Join': z.tuple([z.literal(''), z.array(z.unknown())]) }),
    ])
    .parse(value);
  if ('Ref' in parsed) return `<${parsed.Ref}>`;
  if ('Fn::Join' in parsed) return parsed['Fn::Join'][1].map(spelled).join('');
  return `<${parsed['Fn::GetAtt'].join('.')}>`;
}

/** What a template allows by wildcard. */
function wildIn(template: unknown): string[] {
  return statementsIn(template)
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Action = [], Resource }) => {
      const actions = Action.map(spelled).toSorted();
      const wildActions = actions.some((action) => action.includes('*'));
      return Resource.map(spelled)
        .filter((resource) => wildActions || resource.includes('*'))
        .map((resource) => `${actions.join(',')} ${resource}`);
    });
}

describe('given every statement of every policy of a region', () => {
  it.each(everyRegion)('then %s allows nothing by wildcard without a reason', (_, region) => {
    const wild = wildIn(templateOf(region).toJSON());
    expect(wild.length).toBeGreaterThan(0);
    expect(wild.filter((grant) => !reasons.some(([allowed]) => allowed.test(grant)))).toEqual([]);
  });

  it('then no action is a wildcard but the account’s own on its key', () => {
    const actions = everyRegion.flatMap(([, region]) =>
      statementsIn(templateOf(region).toJSON())
        .filter(({ Effect }) => Effect === 'Allow')
        .flatMap(({ Action = [] }) => Action.map(spelled)),
    );
    expect(actions.filter((action) => action.includes('*') && action !== 'kms:*')).toEqual([]);
  });

  it.each([
    ['an action', { Effect: 'Allow', Action: 's3:Get*', Resource: 'arn:a' }, 's3:Get* arn:a'],
    [
      'a resource',
      { Effect: 'Allow', Action: ['sqs:SendMessage'], Resource: '*' },
      'sqs:SendMessage *',
    ],
  ])('when %s were one, then this would find it', (_, statement, found) => {
    const template = {
      Resources: { Role: { Properties: { Policies: [{ Statement: statement }] } } },
    };
    expect(wildIn(template)).toEqual([found]);
    expect(reasons.some(([allowed]) => allowed.test(found))).toBe(false);
  });

  it('then every reason is still needed, and says why', () => {
    const wild = everyRegion.flatMap(([, region]) => wildIn(templateOf(region).toJSON()));
    for (const [allowed, reason] of reasons) {
      expect(
        wild.some((grant) => allowed.test(grant)),
        String(allowed),
      ).toBe(true);
      expect(reason.length).toBeGreaterThan(40);
    }
  });
});
