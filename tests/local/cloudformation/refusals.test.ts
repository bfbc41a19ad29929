// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the syntax of Fn::Sub
import { describe, expect, it } from 'vitest';
import { refusals } from './probe.ts';

const property = (value: unknown) => ({
  Resources: {
    Other: { Type: 'Test::Any' },
    X: { Type: 'Test::Any', Properties: { Y: { Z: value } } },
  },
});
const at = 'Resources.X.Properties.Y.Z';

describe('a template that the local region cannot run stops the boot with the path', () => {
  const intrinsics: readonly [value: unknown, problem: string][] = [
    [{ 'Fn::Cidr': ['x', 1] }, `${at}: Fn::Cidr is not supported by the local region`],
    [{ 'Fn::GetAZs': '' }, `${at}: Fn::GetAZs is not supported by the local region`],
    [
      { 'Fn::ImportValue': 'x' },
      `${at}: Fn::ImportValue needs another stack, and the local region runs exactly one`,
    ],
    [{ 'Fn::Equals': [1, 1] }, `${at}: Fn::Equals belongs into the template's Conditions`],
    [{ 'Fn::Sub': 'x', And: 1 }, `${at}: Fn::Sub must stand alone, not beside And`],
    [{ Ref: 'Nobody' }, `${at}.Ref: the template has no resource or parameter "Nobody"`],
    [{ Ref: 'constructor' }, `${at}.Ref: the template has no resource or parameter "constructor"`],
    [
      { 'Fn::GetAtt': ['Nobody', 'Arn'] },
      `${at}.Fn::GetAtt: the template has no resource or parameter "Nobody"`,
    ],
    [
      { 'Fn::GetAtt': ['Other', 'Colour'] },
      `${at}.Fn::GetAtt: Other has no attribute "Colour" in the local region (it has: Arn, Parts)`,
    ],
    [
      { 'Fn::GetAtt': 'Other' },
      `${at}.Fn::GetAtt: must be [resource, attribute] or "resource.attribute"`,
    ],
    [{ 'Fn::Join': ['-'] }, `${at}.Fn::Join: must be [delimiter, list]`],
    [{ 'Fn::Join': ['-', ['a', ['b']]] }, `${at}.Fn::Join.1.1: must be text`],
    [{ 'Fn::Select': [2, ['a']] }, `${at}.Fn::Select: has no entry 2: the list has 1`],
    [
      { 'Fn::Sub': '${Nobody.Arn}' },
      `${at}.Fn::Sub: the template has no resource or parameter "Nobody"`,
    ],
    [{ 'Fn::If': ['Nobody', 1, 2] }, `${at}.Fn::If.0: the template has no condition "Nobody"`],
    [
      { 'Fn::FindInMap': ['A', 'b', 'c'] },
      `${at}.Fn::FindInMap: the template maps nothing at A.b.c`,
    ],
    ['{{resolve:ssm:/x}}', `${at}: dynamic references ({{resolve:…}}) are not supported locally`],
  ];

  it.each(intrinsics)('%j', async (value, problem) => {
    expect(await refusals(property(value))).toEqual([problem]);
  });

  const strict = (properties: object) => ({
    Resources: {
      Other: { Type: 'Test::Any' },
      X: { Type: 'Test::Strict', Properties: properties },
    },
  });
  const properties: readonly [what: string, template: object, problem: string][] = [
    [
      'an unknown property',
      strict({ Colour: 'red' }),
      'Resources.X.Properties.Colour: is not supported by the local region',
    ],
    [
      'an unknown property deep within, beside what only creation tells',
      strict({ Name: { Ref: 'Other' }, Nested: { Size: 1, Weight: { Ref: 'Other' } } }),
      'Resources.X.Properties.Nested.Weight: is not supported by the local region',
    ],
    [
      'a value of the wrong type',
      strict({ Nested: { Size: 'big' } }),
      'Resources.X.Properties.Nested.Size: Invalid input: expected number, received string',
    ],
    [
      'a value of the wrong type that only creation tells',
      strict({ Nested: { Size: { Ref: 'Other' } } }),
      'Resources.X.Properties.Nested.Size: Invalid input: expected number, received string',
    ],
    [
      'a key that a property cannot have',
      strict({ Labels: { Ab: 'x' } }),
      'Resources.X.Properties.Labels.Ab: a label is a-z',
    ],
    [
      'what comes closest to one of several shapes',
      strict({ Either: { Value: 'x' } }),
      'Resources.X.Properties.Either.Value: Invalid input: expected number, received string',
    ],
    [
      'what a resource itself refuses',
      strict({ Name: 'unlucky' }),
      'Resources.X: could not be created: the name is taken',
    ],
    [
      'an unknown type',
      { Resources: { X: { Type: 'AWS::EC2::VPC' } } },
      'Resources.X.Type: AWS::EC2::VPC is not supported by the local region',
    ],
    [
      'an update policy',
      { Resources: { X: { Type: 'Test::Any', UpdatePolicy: {} } } },
      'Resources.X.UpdatePolicy: is not supported by the local region',
    ],
    [
      'a macro',
      { Transform: 'X', Resources: {} },
      'Transform: is not supported by the local region',
    ],
    [
      'a rule',
      { Rules: { Mine: {} }, Resources: {} },
      "Rules.Mine: rules are not supported by the local region (only the CDK's CheckBootstrapVersion, which it skips)",
    ],
    [
      'a parameter from SSM',
      {
        Parameters: { P: { Type: 'AWS::SSM::Parameter::Value<String>', Default: 'x' } },
        Resources: {},
      },
      'Parameters.P: AWS::SSM::Parameter::Value<String> is not supported: the local region has no parameter store',
    ],
    [
      'a parameter without value',
      { Parameters: { P: { Type: 'String' } }, Resources: {} },
      'Parameters.P: has neither a default nor a value in the assembly',
    ],
    [
      'an output that is no text',
      { Resources: {}, Outputs: { O: { Value: ['a'] } } },
      'Outputs.O.Value: must be text',
    ],
    [
      'a dependency on nothing',
      { Resources: { X: { Type: 'Test::Any', DependsOn: ['Nobody'] } } },
      'Resources.X.DependsOn: the template has no resource or parameter "Nobody"',
    ],
    [
      'a condition that nothing declares',
      { Resources: { X: { Type: 'Test::Any', Condition: 'Nobody' } } },
      'Resources.X.Condition: the template has no condition "Nobody"',
    ],
    [
      'a reference to what its condition leaves out',
      {
        Conditions: { No: { 'Fn::Equals': [1, 2] } },
        Resources: { X: { Type: 'Test::Any', Condition: 'No' } },
        Outputs: { O: { Value: { Ref: 'X' } } },
      },
      'Outputs.O.Value.Ref: "X" does not exist here: its condition "No" does not hold',
    ],
    [
      'a condition that asks for a resource',
      {
        Conditions: { C: { 'Fn::Equals': [{ Ref: 'X' }, 'x'] } },
        Resources: { X: { Type: 'Test::Any' } },
      },
      'Conditions.C.Fn::Equals.0.Ref: "X" is no parameter, and a condition sees no resources',
    ],
    [
      'conditions in a circle',
      {
        Conditions: { A: { 'Fn::Not': [{ Condition: 'B' }] }, B: { Condition: 'A' } },
        Resources: {},
      },
      'Conditions.A: refers to itself in a circle: A → B → A',
    ],
  ];

  it.each(properties)('%s', async (_, template, problem) => {
    expect(await refusals(template)).toEqual([problem]);
  });

  it('says everything at once', async () => {
    const found = await refusals({
      Resources: {
        A: { Type: 'Nobody::Knows' },
        B: { Type: 'Test::Strict', Properties: { Colour: 'red', Nested: { Size: 'big' } } },
        C: { Type: 'Test::Any', Properties: { Y: { 'Fn::Cidr': [] } } },
      },
      Outputs: { O: { Value: { Ref: 'Nobody' } } },
    });
    expect(found.map((line) => line.split(': ')[0])).toEqual([
      'Resources.A.Type',
      'Resources.B.Properties.Nested.Size',
      'Resources.B.Properties.Colour',
      'Resources.C.Properties.Y',
      'Outputs.O.Value.Ref',
    ]);
  });
});

describe('resources that need each other in a circle', () => {
  const needing = (name: string) => ({ Type: 'Test::Any', Properties: { Of: { Ref: name } } });

  it('are reported with the way round, not waited for', async () => {
    const found = await refusals({
      Resources: {
        Outside: needing('A'),
        A: needing('B'),
        B: { Type: 'Test::Any', DependsOn: 'C' },
        C: { Type: 'Test::Any', Properties: { X: { 'Fn::Sub': '${A.Arn}' } } },
      },
    });
    expect(found).toEqual([
      'Resources.A.Properties.Of.Ref: resources need each other in a circle: A → B → C → A',
    ]);
  });

  it('may be one that needs itself', async () => {
    expect(await refusals({ Resources: { A: needing('A') } })).toEqual([
      'Resources.A.Properties.Of.Ref: resources need each other in a circle: A → A',
    ]);
  });
});
