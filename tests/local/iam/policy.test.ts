import { describe, expect, it } from 'vitest';
import { Grants, PolicyDocument } from '../../../local/iam/policy.ts';

const table = 'arn:aws:dynamodb:ap-northeast-2:000000000000:table/rows';
const allowing = (Action: string | string[], Resource: string | string[]) =>
  new Grants(PolicyDocument.parse({ Statement: { Effect: 'Allow', Action, Resource } }).Statement);

describe('a statement that allows', () => {
  it.each<[string, Grants, string, string, boolean]>([
    ['its action on its resource', allowing('a:Get', table), 'a:Get', table, true],
    ['no other action', allowing('a:Get', table), 'a:Put', table, false],
    ['no other resource', allowing('a:Get', table), 'a:Get', `${table}s`, false],
    ['no index of its table', allowing('a:Get', table), 'a:Get', `${table}/index/i`, false],
    ['actions in letters of any size', allowing('a:Get', table), 'a:get', table, true],
    ['resources to the letter', allowing('a:Get', table), 'a:Get', table.toUpperCase(), false],
    ['each of a list', allowing(['a:Get', 'a:Put'], ['x', table]), 'a:Put', table, true],
    ['any resource by *', allowing('a:Get', '*'), 'a:Get', table, true],
    [
      'what is below by *',
      allowing('a:Get', `${table}/index/*`),
      'a:Get',
      `${table}/index/i`,
      true,
    ],
    ['slashes by *, as IAM', allowing('a:Get', 'b/*'), 'a:Get', 'b/c/d', true],
    ['nothing beside its *', allowing('a:Get', 'b/*'), 'a:Get', 'bb/c', false],
    ['one character by ?', allowing('a:Get', 'b?'), 'a:Get', 'bc', true],
    ['not two by ?', allowing('a:Get', 'b?'), 'a:Get', 'bcd', false],
    ['all actions of a service by *', allowing('a:*', table), 'a:Put', table, true],
    ['none of another service', allowing('a:*', table), 'aa:Put', table, false],
    ['dots to the letter', allowing('a:Get', 'b.c*'), 'a:Get', 'bxc', false],
  ])('allows %s', (_, grants, action, resource, expected) => {
    expect(grants.allows(action, resource)).toBe(expected);
    // What is remembered says the same.
    expect(grants.allows(action, resource)).toBe(expected);
  });

  it('allows nothing where there is none', () => {
    expect(new Grants([]).allows('a:Get', table)).toBe(false);
  });
});

describe('a policy that the local region cannot judge by', () => {
  const statement = { Effect: 'Allow', Action: 'a:Get', Resource: '*' };
  it.each<[string, object]>([
    ['a statement that denies', { ...statement, Effect: 'Deny' }],
    ['a condition', { ...statement, Condition: { Bool: { 'aws:SecureTransport': 'true' } } }],
    ['all actions but some', { Effect: 'Allow', NotAction: 'a:Get', Resource: '*' }],
    ['all resources but some', { Effect: 'Allow', Action: 'a:Get', NotResource: table }],
    ['no resource', { Effect: 'Allow', Action: 'a:Get' }],
  ])('with %s is refused', (_, refused) => {
    expect(PolicyDocument.safeParse({ Statement: [statement] }).success).toBe(true);
    expect(PolicyDocument.safeParse({ Statement: [statement, refused] }).success).toBe(false);
  });
});
