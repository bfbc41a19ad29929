import { invalid } from './refusal.ts';

/** A number of DynamoDB: `digits` times ten to the power of `exponent`; without zeros at the end of its digits. */
export interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

const largestPrecision = 38;
const largestMagnitude = 125;
const smallestMagnitude = -130;
const shape = /^\s*([+-]?)(?:(\d+)\.?(\d*)|\.(\d+))(?:[eE]([+-]?\d+))?\s*$/;
const zero: Decimal = { digits: 0n, exponent: 0 };

/** @throws Refusal - `ValidationException`: it is no number, or none that DynamoDB can hold */
export function decimalOf(text: string): Decimal {
  const found = shape.exec(text);
  if (found === null) {
    throw invalid(`The parameter cannot be converted to a numeric value: ${text}`);
  }
  const [, sign = '', whole = '', fraction = '', only = '', power = '0'] = found;
  const behind = fraction + only;
  const written = `${whole}${behind}`.replace(/^0+/, '');
  const digits = written.replace(/0+$/, '');
  if (digits === '') return zero;
  const exponent = Number(power) - behind.length + (written.length - digits.length);
  return within({ digits: BigInt(sign === '-' ? `-${digits}` : digits), exponent });
}

function within(number: Decimal): Decimal {
  const length = lengthOf(number.digits);
  if (length > largestPrecision) {
    throw invalid('Attempting to store more than 38 significant digits in a Number');
  }
  const magnitude = number.exponent + length - 1;
  const said = 'Attempting to store a number with magnitude';
  if (magnitude > largestMagnitude) {
    throw invalid(`Number overflow. ${said} larger than supported range`);
  }
  if (magnitude < smallestMagnitude) {
    throw invalid(`Number underflow. ${said} smaller than supported range`);
  }
  return number;
}

const lengthOf = (digits: bigint) => (digits < 0n ? -digits : digits).toString().length;

/** As DynamoDB writes it: all digits, no exponent. */
export function textOf({ digits, exponent }: Decimal): string {
  const sign = digits < 0n ? '-' : '';
  const text = (digits < 0n ? -digits : digits).toString();
  if (exponent >= 0) return `${sign}${text}${'0'.repeat(exponent)}`;
  const point = text.length + exponent;
  if (point > 0) return `${sign}${text.slice(0, point)}.${text.slice(point)}`;
  return `${sign}0.${'0'.repeat(-point)}${text}`;
}

const plain = /^(0|-?[1-9]\d{0,14})$/;

/** The one way of writing a number, by which equal ones are the same text. */
export function normalized(text: string): string {
  return plain.test(text) ? text : textOf(decimalOf(text));
}

/** Both with the exponent of the smaller. */
function aligned(one: Decimal, other: Decimal): readonly [bigint, bigint, number] {
  const exponent = Math.min(one.exponent, other.exponent);
  const raised = (number: Decimal) => number.digits * 10n ** BigInt(number.exponent - exponent);
  return [raised(one), raised(other), exponent];
}

/** Negative when `one` is the smaller, 0 when they are equal. */
export function compareNumbers(one: string, other: string): number {
  if (plain.test(one) && plain.test(other)) return Number(one) - Number(other);
  const [left, right] = aligned(decimalOf(one), decimalOf(other));
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/**
 * Adds or, when `sign` is -1, subtracts.
 * @throws Refusal - the result has more than 38 digits or is out of range
 */
export function sumOf(one: string, other: string, sign: 1 | -1): string {
  const [left, right, exponent] = aligned(decimalOf(one), decimalOf(other));
  const total = sign === 1 ? left + right : left - right;
  if (total === 0n) return '0';
  const text = total.toString();
  const digits = text.replace(/0+$/, '');
  const number = { digits: BigInt(digits), exponent: exponent + text.length - digits.length };
  return textOf(within(number));
}

/** Two digits take a byte, the exponent one and a sign one. */
export function sizeOfNumber(text: string): number {
  const { digits } = decimalOf(text);
  return Math.ceil(lengthOf(digits) / 2) + (digits < 0n ? 2 : 1);
}

/**
 * Bytes that sort as the numbers do: 2 for positive ones, magnitude and digits; of negative ones each byte inverted.
 */
export function numberBytes(text: string): Buffer {
  const { digits, exponent } = decimalOf(text);
  if (digits === 0n) return Buffer.of(1);
  const negative = digits < 0n;
  const figures = (negative ? -digits : digits).toString();
  const magnitude = exponent + figures.length - 1 - smallestMagnitude;
  const bytes = Buffer.from(`\x02\0\0${figures}`, 'latin1');
  bytes.writeUInt16BE(magnitude, 1);
  if (!negative) return bytes;
  // A shorter one of the same beginning is the smaller in size, so the larger when negative: a mark that outsorts digits.
  return Buffer.concat([
    Buffer.of(0),
    bytes.subarray(1).map((byte) => 0xff - byte),
    Buffer.of(0xff),
  ]);
}
