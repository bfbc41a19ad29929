import { checked, type Item, type Value } from '../attribute.ts';
import { invalid } from '../refusal.ts';
import type { Parsed, Path, Step } from './syntax.ts';

/** A path whose placeholders are names. */
export type BoundPath = readonly Step[];

export interface Placeholders {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Item | undefined;
}

/** What the placeholders of a request's expressions stand for. */
export class Bindings {
  readonly #names: Readonly<Record<string, string>>;
  readonly #values: Item;

  private constructor({ ExpressionAttributeNames, ExpressionAttributeValues }: Placeholders) {
    this.#names = ExpressionAttributeNames ?? {};
    this.#values = ExpressionAttributeValues ?? {};
  }

  /**
   * @param expressions - all of the request; each placeholder has to be there, and to be used
   * @throws Refusal - `ValidationException`
   */
  static of(given: Placeholders, expressions: readonly (Parsed<unknown> | undefined)[]): Bindings {
    const bindings = new Bindings(given);
    const used = new Set<string>();
    let any = false;
    for (const expression of expressions) {
      if (expression === undefined) continue;
      any = true;
      bindings.#requireDefined(expression);
      for (const name of expression.names) used.add(name);
      for (const name of expression.values) used.add(name);
    }
    if (given.ExpressionAttributeNames)
      requireUsed('Names', given.ExpressionAttributeNames, used, any);
    if (given.ExpressionAttributeValues) {
      requireUsed('Values', given.ExpressionAttributeValues, used, any);
      for (const name in bindings.#values) checked(bindings.value(name));
    }
    return bindings;
  }

  #requireDefined({ names, values }: Parsed<unknown>): void {
    const said = 'used in expression is not defined; attribute';
    for (const name of names) {
      if (this.#names[name] === undefined) {
        throw invalid(`Invalid expression: An expression attribute name ${said} name: ${name}`);
      }
    }
    for (const name of values) {
      if (this.#values[name] === undefined) {
        throw invalid(`Invalid expression: An expression attribute value ${said} value: ${name}`);
      }
    }
  }

  value(name: string): Value {
    // Each that an expression mentions is there: see `of`.
    return this.#values[name] as Value;
  }

  path(path: Path): BoundPath {
    return path.map((step) =>
      typeof step === 'string' && step.startsWith('#') ? (this.#names[step] ?? step) : step,
    );
  }

  /** What stands at a path; undefined where there is nothing. */
  at(item: Item, path: Path): Value | undefined {
    const [first = '', ...rest] = path;
    let value = item[this.#name(first)];
    for (const step of rest) {
      if (value === undefined) return undefined;
      value = typeof step === 'number' ? value.L?.[step] : value.M?.[this.#name(step)];
    }
    return value;
  }

  #name(step: Step): string {
    const text = String(step);
    return text.startsWith('#') ? (this.#names[text] ?? text) : text;
  }
}

function requireUsed(
  what: 'Names' | 'Values',
  given: object,
  used: ReadonlySet<string>,
  anyExpression: boolean,
): void {
  const parameter = `ExpressionAttribute${what}`;
  if (!anyExpression) throw invalid(`${parameter} can only be specified when using expressions`);
  const keys = Object.keys(given);
  if (keys.length === 0) throw invalid(`${parameter} must not be empty`);
  const unused = keys.filter((key) => !used.has(key));
  if (unused.length === 0) return;
  throw invalid(
    `Value provided in ${parameter} unused in expressions: keys: {${unused.join(', ')}}`,
  );
}
