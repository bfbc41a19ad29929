// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the syntax of Fn::Sub
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { localHosts } from '../../../local/cloudformation/hosts.ts';
import { inertTypes } from '../../../local/cloudformation/inert.ts';
import { physicalName } from '../../../local/cloudformation/parameters.ts';
import { boot, refusals } from './probe.ts';

describe('creating a stack', () => {
  it('makes every resource after those that it mentions and those that it depends on', async () => {
    // An edge from a later name to an earlier one can never close a circle.
    const graphs = fc
      .integer({ min: 2, max: 12 })
      .chain((size) =>
        fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1), fc.boolean()), { maxLength: 30 }),
      );
    await fc.assert(
      fc.asyncProperty(graphs, async (edges) => {
        const resources: Record<string, object> = {};
        for (let index = 11; index >= 0; index -= 1) {
          const mine = edges.filter(([from, to]) => from === index && to < from);
          resources[`R${index}`] = {
            Type: 'Test::Any',
            DependsOn: mine.filter(([, , weak]) => weak).map(([, to]) => `R${to}`),
            Properties: {
              Uses: mine.filter(([, , weak]) => !weak).map(([, to]) => ({ Ref: `R${to}` })),
            },
          };
        }
        const { seen } = await boot({ Resources: resources });
        const order = [...seen.keys()];
        for (const [from, to] of edges) {
          if (to < from) expect(order.indexOf(`R${to}`)).toBeLessThan(order.indexOf(`R${from}`));
        }
      }),
      { numRuns: 50 },
    );
  });

  it('does not begin when an unsupported property can be seen beforehand', async () => {
    const seen = new Map<string, unknown>();
    const template = {
      Resources: {
        First: { Type: 'Test::Any' },
        Bad: {
          Type: 'Test::Strict',
          Properties: { Name: { Ref: 'First' }, Colour: { Ref: 'First' } },
        },
      },
    };
    await expect(boot(template, {}, seen)).rejects.toThrow('Resources.Bad.Properties.Colour');
    expect([...seen.keys()]).toEqual([]);
  });

  it('does not try what needs something that could not be created, and says only the cause', async () => {
    const found = await refusals({
      Resources: {
        Bad: { Type: 'Test::Strict', Properties: { Name: 'unlucky' } },
        After: { Type: 'Test::Any', Properties: { Of: { Ref: 'Bad' } } },
      },
    });
    expect(found).toEqual(['Resources.Bad: could not be created: the name is taken']);
  });

  it('skips a dependency whose condition leaves it out', async () => {
    const { seen } = await boot({
      Conditions: { No: { 'Fn::Equals': [1, 2] } },
      Resources: {
        X: { Type: 'Test::Any', Condition: 'No' },
        Y: { Type: 'Test::Any', DependsOn: 'X' },
      },
    });
    expect([...seen.keys()]).toEqual(['Y']);
  });

  it("leaves aside the CDK's own bootstrap parameter and rule", async () => {
    const { stack } = await boot({
      Parameters: {
        BootstrapVersion: {
          Type: 'AWS::SSM::Parameter::Value<String>',
          Default: '/cdk-bootstrap/x/version',
        },
      },
      Rules: { CheckBootstrapVersion: { Assertions: [] } },
      Resources: { Meta: { Type: 'AWS::CDK::Metadata', Properties: { Analytics: 'v2:x' } } },
      Outputs: { Where: { Value: { 'Fn::Sub': 'in ${AWS::Region}' }, Export: { Name: 'x' } } },
    });
    expect(stack.outputs).toEqual({ Where: 'in ap-northeast-2' });
  });
});

describe('an inert type', () => {
  const apiName = 'AWS::ApiGatewayV2::DomainName';
  const named = inertTypes.filter(({ type }) => type !== apiName);

  it.each(named.map(({ type, name }) => [type, name] as const))(
    '%s accepts any property and bears its name',
    async (type, named) => {
      const properties = { Whatever: { Deep: true }, ...(named && { [named]: 'chosen' }) };
      const { stack } = await boot({ Resources: { X: { Type: type, Properties: properties } } });
      const created = stack.resources.get('X');
      expect(created?.ref).toContain(named ? 'chosen' : 'shop-X-');
      for (const [attribute, value] of Object.entries(created?.attributes ?? {})) {
        if (attribute.endsWith('Arn')) expect(value).toMatch(/^arn:aws:[a-z0-9]+:/);
      }
    },
  );

  it(`${apiName} is an address of API Gateway, which leads to the local region`, async () => {
    const { stack } = await boot({
      Resources: { Name: { Type: apiName, Properties: { DomainName: 'api.example' } } },
      Outputs: { Url: { Value: { 'Fn::Join': ['', ['https://', { Ref: 'Name' }]] } } },
    });
    const here = 'http://127.0.0.1:4000';
    expect(localHosts('ap-northeast-2', here)(stack.outputs['Url'] ?? '')).toBe(here);
  });

  it('still has its references checked', async () => {
    const found = await refusals({
      Resources: {
        P: { Type: 'AWS::SNS::TopicPolicy', Properties: { Topics: [{ Ref: 'Nobody' }] } },
      },
    });
    expect(found).toEqual([
      'Resources.P.Properties.Topics.0.Ref: the template has no resource or parameter "Nobody"',
    ]);
  });
});

describe('the name of a resource that the template does not name', () => {
  it('is the same at every boot, differs between resources and fits the narrowest kind', () => {
    expect(physicalName('shop', 'Queue')).toBe(physicalName('shop', 'Queue'));
    const long = 'A'.repeat(255);
    expect(physicalName('stack-'.repeat(20), long)).toMatch(/^[A-Za-z0-9-]{1,58}$/);
    expect(physicalName('shop', `${long}1`)).not.toBe(physicalName('shop', `${long}2`));
  });
});

describe("AWS's own hosts in a template", () => {
  const rewrite = localHosts('ap-northeast-2', 'http://127.0.0.1:4000');
  const table: readonly [from: string, to: string][] = [
    [
      'https://cognito-idp.ap-northeast-2.amazonaws.com/ap-northeast-2_x',
      'http://127.0.0.1:4000/_aws/ap-northeast-2_x',
    ],
    ['https://abc123.execute-api.ap-northeast-2.amazonaws.com/me', 'http://127.0.0.1:4000/me'],
    [
      'go to https://abc123.execute-api.ap-northeast-2.amazonaws.com',
      'go to http://127.0.0.1:4000',
    ],
    [
      'https://abc.execute-api.us-east-1.amazonaws.com/',
      'https://abc.execute-api.us-east-1.amazonaws.com/',
    ],
    [
      'https://cognito-idp.ap-northeast-2.amazonaws.com.cn/x',
      'https://cognito-idp.ap-northeast-2.amazonaws.com.cn/x',
    ],
    ['arn:aws:execute-api:ap-northeast-2:0:abc/*', 'arn:aws:execute-api:ap-northeast-2:0:abc/*'],
  ];

  it.each(table)('%s becomes %s', (from, to) => {
    expect(rewrite(from)).toBe(to);
  });

  it('become local ones after intrinsics have been joined, in properties and outputs alike', async () => {
    const issuer = {
      'Fn::Join': [
        '',
        ['https://cognito-idp.', { Ref: 'AWS::Region' }, '.amazonaws.com/', { Ref: 'Pool' }],
      ],
    };
    const { seen, stack } = await boot(
      {
        Resources: {
          Pool: { Type: 'Test::Any' },
          X: { Type: 'Test::Any', Properties: { Deep: [{ Issuer: issuer }] } },
        },
        Outputs: { Issuer: { Value: issuer } },
      },
      { rewrite },
    );
    expect(seen.get('X')).toEqual({ Deep: [{ Issuer: 'http://127.0.0.1:4000/_aws/ref-Pool' }] });
    expect(stack.outputs).toEqual({ Issuer: 'http://127.0.0.1:4000/_aws/ref-Pool' });
  });
});
