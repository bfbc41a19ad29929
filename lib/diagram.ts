import { z } from 'zod';

const Template = z.object({
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
});

/** What is drawn of a template: shape and caption by resource type. Everything else only connects these. */
const shapes: Readonly<Record<string, { readonly open: string; readonly close: string }>> = {
  'AWS::ApiGatewayV2::Api': { open: '{{', close: '}}' },
  'AWS::Cognito::UserPool': { open: '[[', close: ']]' },
  'AWS::DynamoDB::Table': { open: '[(', close: ')]' },
  'AWS::Events::Rule': { open: '([', close: '])' },
  'AWS::Lambda::Function': { open: '[', close: ']' },
  'AWS::SecretsManager::Secret': { open: '[/', close: '/]' },
  'AWS::S3::Bucket': { open: '[(', close: ')]' },
  'AWS::SES::ConfigurationSet': { open: '((', close: '))' },
  'AWS::SQS::Queue': { open: '>', close: ']' },
};

interface Drawn {
  readonly id: string;
  readonly caption: string;
  readonly type: string;
}

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
}

/**
 * Draws a synthesized template as a Mermaid flowchart: what calls, feeds, reads and writes what, all taken from
 * definitions, mappings, targets and roles. What there is once for each provider is drawn once, so that
 * every region has the same picture.
 *
 * @param template - the JSON of a region's CloudFormation template
 */
export function drawDiagram(template: unknown): string {
  const { Resources } = Template.parse(template);
  const nodes = new Map<string, Drawn>();
  for (const [id, { Type, Properties }] of Object.entries(Resources)) {
    if (shapes[Type] !== undefined) nodes.set(id, drawn(id, Type, Properties));
  }
  const lines = edgesOf(Resources).flatMap(({ from, to, label }) => {
    const [source, target] = [nodes.get(from), nodes.get(to)];
    return source && target ? [`  ${source.id} -->|${label}| ${target.id}`] : [];
  });
  const declared = [...nodes.values()].map(({ id, caption, type }) => {
    const { open = '[', close = ']' } = shapes[type] ?? {};
    return `  ${id}${open}"${caption}"${close}`;
  });
  return ['flowchart LR', ...unique(declared), ...unique(lines)].join('\n');
}

type Properties = Readonly<Record<string, unknown>>;
type Resources = z.output<typeof Template>['Resources'];

/** Names a resource by what stays the same in every region: its logical id without hash, or its role. */
function drawn(logicalId: string, type: string, properties: Properties): Drawn {
  const { QueueName, Name, Description } = z
    .object({
      QueueName: z.string().optional(),
      Name: z.string().optional(),
      Description: z.unknown().optional(),
    })
    .parse(properties);
  if (QueueName?.endsWith('-dlq.fifo')) {
    return { id: 'deadLetters', caption: 'dead letters, one queue for each provider', type };
  }
  if (QueueName !== undefined) {
    return { id: 'providerQueue', caption: 'FIFO queue of each provider', type };
  }
  if (Name?.endsWith('/providers')) {
    return { id: 'providerSecret', caption: 'what opens each provider', type };
  }
  const id = logicalId.replace(/(DataTable|Function)?[0-9A-F]{8}$/, '');
  const handler = /^functions\/(\S+)\.ts/.exec(String(Description))?.[1];
  if (handler !== undefined) return { id: `${id}Function`, caption: handler, type };
  return { id: type.endsWith('Table') ? `${id}Table` : id, caption: captions[id] ?? id, type };
}

/** Captions where a logical id alone would not tell. */
const captions: Readonly<Record<string, string>> = {
  Api: 'HTTP API',
  PublicPool: 'public user pool',
  StaffPool: 'staff user pool',
  Identity: 'learners, logins, staff',
  Audit: 'who saw and decided what',
  Documents: 'papers',
  DocumentsPapersBucket: 'files of papers',
  DocumentsUploads: 'uploads to judge',
  DocumentsDeadLetters: 'uploads that nobody judged',
  DocumentsScanner: 'address and key of the scanner',
  DocumentsExpiryHourlyRule: 'every hour',
  DocumentsRowsGivenUp: 'given up: files to erase',
  Eligibility: 'applications',
  Enrolment: 'places and seats',
  Provisioning: 'accounts',
  Notices: 'notices on their way',
  NoticesSending: 'Amazon SES',
  LaunchKeys: 'keys of the LTI platform',
  Launch: 'launches and contents',
  EligibilityRegistry: 'address and key of the registry',
  IdentityStaffGivenUp: 'given up: invitations',
  EnrolmentApplicationsGivenUp: 'given up: approvals',
  ProvisioningLearnersGivenUp: 'given up: dispatches',
  ProvisioningSweepEveryMinuteRule: 'every minute',
  ProvisioningReconcileEveryMinuteRule: 'every minute',
  NoticesEvery5MinutesRule: 'every 5 minutes',
  NoticesSentGivenUp: 'given up: notices',
};

/** One edge at most from one resource to another: what is wired says more than what is permitted. */
function edgesOf(resources: Resources): readonly Edge[] {
  const found = new Map<string, Edge>();
  for (const connections of [wiring, permissions]) {
    for (const [id, { Type, Properties }] of Object.entries(resources)) {
      for (const edge of connections[Type]?.(id, Properties, resources) ?? []) {
        const pair = `${edge.from} ${edge.to}`;
        if (!found.has(pair)) found.set(pair, edge);
      }
    }
  }
  return [...found.values()];
}

type Connections = Readonly<
  Record<string, (id: string, properties: Properties, resources: Resources) => readonly Edge[]>
>;

/** How resources are connected by what they say of each other. */
const wiring: Connections = {
  'AWS::ApiGatewayV2::Api': (id, properties) => {
    const components = at(properties, 'Body', 'components');
    return [
      ...join({ Ref: id }, at(components, 'x-amazon-apigateway-integrations'), 'calls'),
      ...join({ Ref: id }, at(components, 'securitySchemes'), 'takes tokens of'),
    ];
  },
  'AWS::Events::Rule': (id, properties) => join({ Ref: id }, properties['Targets'], 'runs'),
  'AWS::Lambda::EventSourceMapping': (_, properties) => [
    ...join(properties['EventSourceArn'], properties['FunctionName'], 'feeds'),
    ...join(properties['FunctionName'], properties['DestinationConfig'], 'gives up to'),
  ],
  'AWS::S3::Bucket': (id, properties) =>
    join({ Ref: id }, properties['NotificationConfiguration'], 'tells'),
  'AWS::SQS::Queue': (id, properties) =>
    join({ Ref: id }, properties['RedrivePolicy'], 'gives up to'),
};

/** How functions are connected to what they may use. */
const permissions: Connections = {
  'AWS::IAM::Role': (id, properties, resources) => policyEdges(id, properties, resources),
};

function at(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined,
    value,
  );
}

/** Which action makes which edge; of several on one resource the first counts. */
const acts: readonly { readonly action: RegExp; readonly label: string }[] = [
  { action: /^dynamodb:(PutItem|UpdateItem|DeleteItem)$/, label: 'writes' },
  { action: /^dynamodb:(GetItem|Query)$/, label: 'reads' },
  { action: /^secretsmanager:GetSecretValue$/, label: 'reads' },
  { action: /^cognito-idp:AdminCreateUser$/, label: 'invites to' },
  { action: /^cognito-idp:AdminGetUser$/, label: 'asks' },
  { action: /^lambda:InvokeFunction$/, label: 'asks' },
  { action: /^s3:PutObject$/, label: 'writes' },
  { action: /^s3:DeleteObject$/, label: 'erases' },
  { action: /^ses:SendEmail$/, label: 'mails by' },
  { action: /^sqs:SendMessage$/, label: 'sends to' },
];

const Role = z.object({
  Policies: z.array(
    z.object({
      PolicyDocument: z.object({
        Statement: z.array(z.object({ Action: z.unknown(), Resource: z.unknown() })),
      }),
    }),
  ),
});

function policyEdges(id: string, properties: Properties, resources: Resources): readonly Edge[] {
  const { Policies } = Role.parse(properties);
  const statements = Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  const [actor] = Object.entries(resources).find(
    ([, { Type, Properties: others }]) =>
      Type === 'AWS::Lambda::Function' && referred(others['Role']).includes(id),
  ) ?? [''];
  return acts.flatMap(({ action, label }) =>
    statements
      .filter((statement) =>
        z
          .array(z.string())
          .parse([statement.Action].flat())
          .some((one) => action.test(one)),
      )
      .flatMap(({ Resource }) => referred(Resource).map((to) => ({ from: actor, to, label }))),
  );
}

/** An edge from each resource that the one value refers to, to each that the other does. */
function join(from: unknown, to: unknown, label: string): readonly Edge[] {
  return referred(from).flatMap((source) =>
    referred(to).map((target) => ({ from: source, to: target, label })),
  );
}

/** The logical ids that a value refers to, at any depth. */
function referred(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'Ref' && typeof inner === 'string') return [inner];
    if (key === 'Fn::GetAtt' && Array.isArray(inner)) return [String(inner[0])];
    return referred(inner);
  });
}

function unique(lines: readonly string[]): readonly string[] {
  return [...new Set(lines)].sort();
}
