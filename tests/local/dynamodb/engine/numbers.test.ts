import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareNumbers,
  normalized,
  numberBytes,
  sumOf,
} from '../../../../local/dynamodb/engine/decimal.ts';
import { runs } from '../../../runs.ts';

describe('a number', () => {
  it.each([
    ['5', '5'],
    ['+5', '5'],
    ['-0', '0'],
    ['0.0', '0'],
    ['007', '7'],
    ['1.50', '1.5'],
    ['.5', '0.5'],
    ['1e3', '1000'],
    ['-1.5E-3', '-0.0015'],
    ['12345678901234567890123456789012345678', '12345678901234567890123456789012345678'],
    ['1e125', `1${'0'.repeat(125)}`],
    ['1e-130', `0.${'0'.repeat(129)}1`],
  ])('%s is written %s', (given, written) => {
    expect(normalized(given)).toBe(written);
  });

  it.each([
    ['', /cannot be converted/],
    ['five', /cannot be converted/],
    ['0x1', /cannot be converted/],
    ['NaN', /cannot be converted/],
    ['123456789012345678901234567890123456789', /more than 38 significant digits/],
    ['1e126', /overflow/],
    ['1e-131', /underflow/],
  ])('%s is none', (given, said) => {
    expect(() => normalized(given)).toThrow(said);
  });

  it('is exact where a double is not', () => {
    expect(sumOf('0.1', '0.2', 1)).toBe('0.3');
    expect(sumOf('9007199254740993', '1', 1)).toBe('9007199254740994');
    expect(sumOf('1', '1e-30', -1)).toBe('0.999999999999999999999999999999');
    expect(compareNumbers('9007199254740993', '9007199254740992')).toBeGreaterThan(0);
  });

  const decimal = fc
    .tuple(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), fc.integer({ min: -10, max: 10 }))
    .map(([digits, exponent]) => normalized(`${digits}e${exponent}`));

  it('sorts as a key as it compares, and both as what is added up', () => {
    fc.assert(
      fc.property(decimal, decimal, (one, other) => {
        const order = Math.sign(compareNumbers(one, other));
        expect(Math.sign(Buffer.compare(numberBytes(one), numberBytes(other)))).toBe(order);
        const difference = sumOf(one, other, -1);
        expect(Math.sign(compareNumbers(difference, '0'))).toBe(order);
      }),
      {
        numRuns: runs(300),
        examples: [
          ['1', '10'],
          ['-1', '-10'],
          ['-1', '-1.5'],
          ['0.1', '0.01'],
        ],
      },
    );
  });
});
