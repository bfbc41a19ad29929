import { describe, expect, it } from 'vitest';
import { divided, type Route } from '../../functions/runtime/route.ts';

const route = (path: `/${string}`) =>
  ({
    method: 'GET',
    path,
    access: { pool: 'none' },
    summary: `Ask for ${path}`,
    answers: { status: 204 },
  }) as const satisfies Route;

describe('given a contract that is divided among functions', () => {
  const named = { name: 'greeting', summary: 'Greets' };

  it('then it has the routes of all its parts, and knows whose they are', () => {
    const parts = { mornings: { rise: route('/rise') }, nights: { sleep: route('/sleep') } };
    const contract = divided({ ...named, parts });
    expect(contract).toEqual({
      ...named,
      routes: { rise: route('/rise'), sleep: route('/sleep') },
      parts,
    });
  });

  it('when a route is in two parts, then it is none', () => {
    const parts = { mornings: { rise: route('/rise') }, nights: { rise: route('/rise') } };
    expect(() => divided({ ...named, parts })).toThrow('rise is in two parts of greeting');
  });
});
