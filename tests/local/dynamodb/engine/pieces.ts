import fc from 'fast-check';
import type { Item } from '../../../../local/dynamodb/engine/attribute.ts';
import { number, scalar, set, value } from './values.ts';

const path = fc.constantFrom(
  'amount',
  'tags',
  'nest',
  'nest.a',
  'nest[0]',
  'lot',
  '#long',
  'absent',
  'nest.#long',
);
/** A piece of an expression, its placeholders told apart by the number of the piece. */
type Piece = (at: number) => { readonly text: string; readonly values: Item };
const comparators = fc.constantFrom('=', '<>', '<', '<=', '>', '>=');

const group = fc.constantFrom('a', 'b', 'c');
/** Tests that most items have something for. */
const likelyTest: fc.Arbitrary<Piece> = fc.oneof(
  fc.tuple(comparators, number).map(
    ([by, N]): Piece =>
      (n) => ({ text: `amount ${by} :v${n}`, values: { [`:v${n}`]: { N } } }),
  ),
  group.map(
    (S): Piece =>
      (n) => ({ text: `contains(tags, :v${n})`, values: { [`:v${n}`]: { S } } }),
  ),
  fc.constantFrom('l', 'l1', 'l2').map(
    (S): Piece =>
      (n) => ({ text: `begins_with(lot, :v${n})`, values: { [`:v${n}`]: { S } } }),
  ),
  fc
    .tuple(
      fc.constantFrom('pk', 'lot'),
      fc.constantFrom('attribute_exists', 'attribute_not_exists'),
    )
    .map(
      ([at, name]): Piece =>
        () => ({ text: `${name}(${at})`, values: {} }),
    ),
);
const anyTest: fc.Arbitrary<Piece> = fc.oneof(
  path.map(
    (at): Piece =>
      () => ({ text: `attribute_exists(${at})`, values: {} }),
  ),
  path.map(
    (at): Piece =>
      () => ({ text: `attribute_not_exists(${at})`, values: {} }),
  ),
  fc.tuple(path, comparators, value).map(
    ([at, by, operand]): Piece =>
      (n) => ({ text: `${at} ${by} :v${n}`, values: { [`:v${n}`]: operand } }),
  ),
  fc.tuple(path, comparators, fc.constantFrom('0', '1', '2', '3')).map(
    ([at, by, N]): Piece =>
      (n) => ({ text: `size(${at}) ${by} :v${n}`, values: { [`:v${n}`]: { N } } }),
  ),
  fc.tuple(path, scalar, fc.constantFrom('contains', 'begins_with')).map(
    ([at, operand, name]): Piece =>
      (n) => ({ text: `${name}(${at}, :v${n})`, values: { [`:v${n}`]: operand } }),
  ),
  fc.tuple(path, fc.constantFrom('S', 'N', 'SS', 'L', 'M', 'X')).map(
    ([at, S]): Piece =>
      (n) => ({ text: `attribute_type(${at}, :v${n})`, values: { [`:v${n}`]: { S } } }),
  ),
  fc.tuple(path, number, number).map(
    ([at, low, high]): Piece =>
      (n) => ({
        text: `${at} BETWEEN :v${n} AND :w${n}`,
        values: { [`:v${n}`]: { N: low }, [`:w${n}`]: { N: high } },
      }),
  ),
  fc.tuple(path, value, value).map(
    ([at, one, two]): Piece =>
      (n) => ({
        text: `${at} IN (:v${n}, :w${n})`,
        values: { [`:v${n}`]: one, [`:w${n}`]: two },
      }),
  ),
);

const test = fc.oneof({ weight: 3, arbitrary: likelyTest }, anyTest);

const sets: fc.Arbitrary<Piece> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        number,
        fc.constantFrom('amount', 'if_not_exists(amount, :z)'),
        fc.constantFrom('+', '-'),
      )
      .map(
        ([N, from, sign]): Piece =>
          () => ({
            text: `amount = ${from} ${sign} :s`,
            values: { ':s': { N }, ...(from.includes(':z') && { ':z': { N: '0' } }) },
          }),
      ),
  },
  {
    weight: 3,
    arbitrary: value.map(
      (to): Piece =>
        () => ({ text: 'nest = :s', values: { ':s': to } }),
    ),
  },
  fc.constantFrom('l1', 'l2').map(
    (S): Piece =>
      () => ({ text: 'lot = :s', values: { ':s': { S } } }),
  ),
  fc.tuple(path, value).map(
    ([at, to]): Piece =>
      () => ({ text: `${at} = :s`, values: { ':s': to } }),
  ),
  fc.tuple(path, path).map(
    ([at, from]): Piece =>
      () => ({ text: `${at} = ${from}`, values: {} }),
  ),
  scalar.map(
    (to): Piece =>
      () => ({
        text: 'nest = list_append(if_not_exists(nest, :e), :s)',
        values: { ':s': { L: [to] }, ':e': { L: [] } },
      }),
  ),
);
const amounts: fc.Arbitrary<Piece> = fc.oneof(
  number.map(
    (N): Piece =>
      () => ({ text: 'amount :a', values: { ':a': { N } } }),
  ),
  set.map(
    (one): Piece =>
      () => ({ text: 'tags :a', values: { ':a': one } }),
  ),
  fc.tuple(path, value).map(
    ([at, one]): Piece =>
      () => ({ text: `${at} :a`, values: { ':a': one } }),
  ),
);
const subtracted = fc.oneof(
  set.map(
    (one): Piece =>
      () => ({ text: 'tags :d', values: { ':d': one } }),
  ),
  fc.tuple(path, set).map(
    ([at, one]): Piece =>
      () => ({ text: `${at} :d`, values: { ':d': one } }),
  ),
);
const removed = path.map(
  (at): Piece =>
    () => ({ text: at, values: {} }),
);

/** One or two clauses, each once. */
export const change = fc
  .record({ SET: sets, ADD: amounts, DELETE: subtracted, REMOVE: removed }, { requiredKeys: [] })
  .filter((clauses) => [1, 2].includes(Object.keys(clauses).length))
  .map((clauses) =>
    joined(
      Object.entries(clauses).map(
        ([clause, piece]): Piece =>
          (n) => {
            const { text: said, values } = piece(n);
            return { text: `${clause} ${said}`, values };
          },
      ),
      ' ',
    ),
  );

export const condition = fc
  .tuple(fc.array(test, { minLength: 1, maxLength: 3 }), fc.constantFrom('AND', 'OR', 'AND NOT'))
  .map(([tests, glue]) => joined(tests, ` ${glue} `));

function joined(pieces: readonly Piece[], glue: string) {
  const made = pieces.map((piece, at) => piece(at));
  return {
    text: made.map((one) => one.text).join(glue),
    values: Object.assign({}, ...made.map((one) => one.values)) as Item,
  };
}

/** The parameters of expressions, with the placeholders that they use and no others. */
export function expressionsOf(
  named: Readonly<Record<string, { text: string; values: Item } | undefined>>,
) {
  const given = Object.entries(named).flatMap(([name, one]) => (one ? [[name, one] as const] : []));
  const texts = given.map(([name, { text: said }]) => [name, said]);
  const values = Object.assign({}, ...given.map(([, one]) => one.values)) as Item;
  const usesName = texts.some(([, said]) => said?.includes('#long'));
  return {
    ...Object.fromEntries(texts),
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
    ...(usesName && { ExpressionAttributeNames: { '#long': 'long' } }),
  };
}
