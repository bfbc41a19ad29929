import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { run } from './ladder.ts';
import { workflow } from './pipeline.ts';

const region = 'docs/pipeline/region.yml';
const files = [
  region,
  ...readdirSync('.github/workflows').map((name) => `.github/workflows/${name}`),
];

describe.each(files)('%s', (file) => {
  const text = readFileSync(file, 'utf8');
  const { permissions, jobs } = workflow(file);

  it('takes each action at a commit, and says of which release it is', () => {
    const used = [...text.matchAll(/uses: (.+)/g)].map(([, action]) => action);
    expect(used.length).toBeGreaterThan(0);
    for (const action of used)
      expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it('gives no job a right that it does not name, and each an end', () => {
    expect(permissions).toEqual({});
    for (const job of Object.values(jobs)) {
      expect(job.permissions).not.toEqual({});
      expect(job['timeout-minutes']).toBeLessThanOrEqual(90);
    }
  });

  it('puts nothing of a change into a script, and leaves no token in the checkout', () => {
    const steps = Object.values(jobs).flatMap((job) => job.steps);
    expect(steps.filter(({ run: script }) => script && /\$\{\{/.test(script))).toEqual([]);
    const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    for (const checkout of checkouts) expect(checkout.with['persist-credentials']).toBe(false);
  });
});

describe('the workflow for partners', () => {
  const text = readFileSync(region, 'utf8');
  const { jobs } = workflow(region);

  it('has the rights that its documentation claims', () => {
    const rights = Object.entries(jobs).map(([name, { permissions }]) => [name, permissions]);
    expect(Object.fromEntries(rights)).toEqual({
      preview: { contents: 'read', 'id-token': 'write' },
      comment: { 'pull-requests': 'write' },
      rollout: { contents: 'read', 'id-token': 'write' },
    });
  });

  it('has no long-lived key: credentials come by OIDC, each job’s own role', () => {
    expect(text).not.toMatch(/secrets\.|aws-(access-key-id|secret-access-key)/);
    const roles = [...text.matchAll(/role-to-assume: \$\{\{ vars\.(\w+) \}\}/g)].map(
      ([, role]) => role,
    );
    expect(roles).toEqual(['AWS_PREVIEW_ROLE_ARN', 'AWS_ROLLOUT_ROLE_ARN']);
  });

  it('installs before there are credentials', () => {
    for (const name of ['preview', 'rollout']) {
      const steps = jobs[name]?.steps ?? [];
      const install = steps.findIndex(({ run: script }) => script === 'npm ci');
      const credentials = steps.findIndex(({ uses }) =>
        uses?.includes('configure-aws-credentials'),
      );
      expect(install).toBeGreaterThanOrEqual(0);
      expect(credentials).toBeGreaterThan(install);
    }
  });

  it('rolls out after an approval, one at a time, what was merged', () => {
    expect(jobs['rollout']).toMatchObject({
      if: "github.event_name == 'push'",
      environment: 'production',
      concurrency: { group: 'rollout', 'cancel-in-progress': false },
    });
    expect(jobs['preview']?.if).toContain('head.repo.full_name == github.repository');
    // What writes to the repository runs nothing that a change brings along.
    expect(jobs['comment']?.steps.filter(({ uses }) => uses !== undefined)).toEqual([]);
  });
});

describe('what script and documents call', () => {
  const sources = ['bin/pipeline.sh', 'docs/pipeline/README.md', 'docs/cost.md', region];
  const text = sources.map((file) => readFileSync(file, 'utf8')).join('\n');

  it('are files that there are, where the guide links to them', () => {
    const guide = readFileSync('docs/pipeline/README.md', 'utf8');
    const links = [...guide.matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link);
    expect(links.length).toBeGreaterThan(0);
    for (const link of links) expect(existsSync(posix.join('docs/pipeline', link))).toBe(true);
  });

  it('are npm scripts that there are', () => {
    const { scripts } = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync('package.json', 'utf8')));
    const named = [...text.matchAll(/npm run (?:--silent )?([a-z-]+)/g)].map(
      ([, name = '']) => name,
    );
    expect(named.length).toBeGreaterThan(0);
    for (const name of named) expect(scripts).toHaveProperty(name);
  });

  it.each([
    ['check', ['--markdown', '--learners']],
    ['diff', []],
    ['rollout', ['--yes', '--json', '--secrets', '--bootstrap']],
  ])('ladder %s has the flags %j', async (command, flags) => {
    expect(text).toMatch(new RegExp(`(ladder|rollout --|--silent) ?${command}|\\b${command}\\b`));
    const { code, stdout } = await run([command, '--help']).ended;
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`Usage: ladder ${command} `));
    for (const flag of flags) {
      expect(text).toContain(flag);
      expect(stdout).toContain(flag);
    }
  });
});

const Statement = z.object({
  Sid: z.string(),
  Action: z.union([z.string(), z.array(z.string())]).transform((action) => [action].flat()),
  Resource: z.union([z.string(), z.array(z.string())]).transform((resource) => [resource].flat()),
  Condition: z.unknown().optional(),
});
const Role = z.object({
  Properties: z.object({
    AssumeRolePolicyDocument: z.object({ Statement: z.array(z.unknown()) }),
    Policies: z.array(z.object({ PolicyDocument: z.object({ Statement: z.array(Statement) }) })),
  }),
});

describe('docs/pipeline/github-roles.yaml', () => {
  const template = readFileSync('docs/pipeline/github-roles.yaml', 'utf8');
  // The short forms of intrinsics are tags that the parser does not know, and reads as what they tag.
  const { Resources } = z
    .object({ Resources: z.record(z.string(), z.unknown()) })
    .parse(parse(template, { logLevel: 'error' }));
  const role = (name: string) => Role.parse(Resources[name]).Properties;
  const statements = (name: string) =>
    role(name).Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);

  it.each([
    ['PreviewRole', /^repo:\$\{Repository\}:pull_request$/],
    ['RolloutRole', /^repo:\$\{Repository\}:environment:\$\{Environment\}$/],
  ])('gives %s to one subject of the repository and to nobody else', (name, subject) => {
    expect(role(name).AssumeRolePolicyDocument.Statement).toEqual([
      expect.objectContaining({
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: {
            'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
            'token.actions.githubusercontent.com:sub': expect.stringMatching(subject),
          },
        },
      }),
    ]);
  });

  it('has no action by wildcard, and any resource only where actions know none', () => {
    const all = ['PreviewRole', 'RolloutRole'].flatMap(statements);
    expect(all.flatMap(({ Action }) => Action).filter((action) => action.includes('*'))).toEqual(
      [],
    );
    const wide = all.filter(({ Resource }) => Resource.includes('*')).map(({ Sid }) => Sid);
    expect(wide).toEqual(['WhatTheAccountMay']);
  });

  it('lets a preview read the stack and nothing else', () => {
    const actions = statements('PreviewRole').flatMap(({ Action }) => Action);
    const reads = /^cloudformation:(Describe|Get|List)\w+$/;
    expect(actions.length).toBeGreaterThan(0);
    expect(actions.filter((action) => !reads.test(action))).toEqual([]);
  });

  it('lets nobody take on the look-up role of the bootstrap, which reads every learner', () => {
    const assumed = ['PreviewRole', 'RolloutRole']
      .flatMap(statements)
      .filter(({ Action }) => Action.includes('sts:AssumeRole'))
      .flatMap(({ Resource }) => Resource);
    expect(assumed.filter((arn) => !/-(deploy|file-publishing)-role-/.test(arn))).toEqual([]);
    expect(template).not.toContain('lookup-role');
  });

  it('lets a rollout read and put secrets that the region’s own key encrypts, and use it for nothing else', () => {
    const keys = statements('RolloutRole').filter(({ Action }) =>
      Action.some((action) => action.startsWith('kms:')),
    );
    expect(keys).toMatchObject([
      {
        Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
        Condition: {
          StringEquals: {
            'kms:ViaService': expect.stringMatching(
              /^secretsmanager\.\$\{AWS::Region\}\.\$\{AWS::URLSuffix\}$/,
            ),
          },
          // As `lib/keys.ts` names it: after the stack.
          'ForAnyValue:StringEquals': {
            'kms:ResourceAliases': expect.stringMatching(/^alias\/ladder-\$\{RegionId\}$/),
          },
        },
      },
    ]);
  });

  it('lets a rollout do what it asks of AWS itself, and nothing that it does not', () => {
    const allowed = statements('RolloutRole').flatMap(({ Action }) => Action);
    const asked = askedOf(['bin/rollout/rollout.ts', 'bin/smoke.ts']);
    expect([...asked].filter((action) => !allowed.includes(action))).toEqual([]);
    const toolkits = ['sts:AssumeRole', 'ssm:GetParameter', 'lambda:InvokeFunction'];
    // Secrets Manager's, for who asks it.
    const keys = /^kms:/;
    const reading = /^cloudformation:(Describe|Get|List)/;
    const unused = allowed.filter(
      (action) =>
        ![...asked, ...toolkits].includes(action) && !reading.test(action) && !keys.test(action),
    );
    expect(unused).toEqual([]);
  });
});

/** The actions behind the commands of the SDK that files send, and all that these import. */
function askedOf(entries: readonly string[]): Set<string> {
  const actions = new Set<string>();
  const seen = new Set<string>();
  const look = (file: string): void => {
    if (seen.has(file) || !file.startsWith('bin/') || !existsSync(file)) return;
    seen.add(file);
    const source = readFileSync(file, 'utf8');
    const imports = source.matchAll(/import \{([^}]*)\} from '@aws-sdk\/client-([\w-]+)'/g);
    for (const [, names = '', client = ''] of imports) {
      for (const [, command = ''] of names.matchAll(/(\w+)Command\b/g)) {
        const action = actionOf(client, command);
        if (action !== undefined) actions.add(action);
      }
    }
    const local = source.matchAll(/(?:from|import\() ?'(\.[^']+)'/g);
    for (const [, path = ''] of local) look(posix.join(posix.dirname(file), path));
  };
  for (const entry of entries) look(entry);
  return actions;
}

const prefixes: Readonly<Record<string, string>> = {
  'cognito-identity-provider': 'cognito-idp',
  'route-53': 'route53',
  'secrets-manager': 'secretsmanager',
  'service-quotas': 'servicequotas',
  sesv2: 'ses',
};

/** Who asks who they are needs no right; some actions have other names than their commands. */
function actionOf(client: string, command: string): string | undefined {
  if (command === 'GetCallerIdentity') return undefined;
  // Signing up and in is open to anyone: it is not signed.
  if (client === 'cognito-identity-provider' && !command.startsWith('Admin')) return undefined;
  const others: Readonly<Record<string, string>> = {
    HeadBucket: 'ListBucket',
    ListObjectsV2: 'ListBucket',
    Invoke: 'InvokeFunction',
  };
  return `${prefixes[client] ?? client}:${others[command] ?? command}`;
}
