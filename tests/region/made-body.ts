import * as z from 'zod';
import type { Route } from '../../functions/runtime/route.ts';

/** What of JSON Schema the schemas of the contracts come to. */
interface Shape {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly examples?: readonly unknown[];
  readonly anyOf?: readonly Shape[];
  readonly oneOf?: readonly Shape[];
  readonly format?: string;
  readonly minimum?: number;
  readonly minLength?: number;
  readonly minItems?: number;
  readonly items?: Shape;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
}

const byFormat: Readonly<Record<string, string>> = {
  date: '2027-03-02',
  'date-time': '2027-03-02T07:00:00.000Z',
  email: 'somebody@example.com',
};

/** What stands in the place of whatever has a name, wherever it stands. */
type Named = Readonly<Record<string, string>>;

/**
 * What a route can read, made from its schema: what is required, and whatever names a thing.
 *
 * @param things - these are named wherever that is possible
 * @param others - these only where something is required
 * @throws {Error} nothing that this knows to make can be read
 */
export function madeBody(schema: z.ZodObject, things: Named, others: Named): unknown {
  const shape: Shape = JSON.parse(textOf(schema));
  const made = new Maker(things, others).valueOfShape(shape);
  const { error } = schema.safeParse(made);
  if (error === undefined) return made;
  throw new Error(`${JSON.stringify(made)} is no body: ${z.prettifyError(error)}`);
}

class Maker {
  readonly #things: Named;
  readonly #named: Named;

  constructor(things: Named, others: Named) {
    this.#things = things;
    this.#named = { ...others, ...things };
  }

  valueOfShape(shape: Shape): unknown {
    const choices = shape.anyOf ?? shape.oneOf;
    if (choices !== undefined) {
      const names = (one: Shape) =>
        Object.keys(one.properties ?? {}).some((name) => name in this.#things);
      return this.valueOfShape(choices.find(names) ?? choices[0] ?? {});
    }
    if (shape.const !== undefined) return shape.const;
    if (shape.properties !== undefined) return this.#objectOf(shape);
    if (shape.examples !== undefined) return shape.examples[0];
    if (shape.enum !== undefined) return shape.enum[0];
    return this.#plain(shape);
  }

  #objectOf({ properties = {}, required = [], examples = [] }: Shape) {
    const wanted = Object.entries(properties).filter(
      ([name]) => required.includes(name) || name in this.#things,
    );
    const made = wanted.map(([name, shape]) => [
      name,
      this.#named[name] ?? this.valueOfShape(shape),
    ]);
    // What a rule asks for beside the schema stands in its example.
    return { ...Object(examples[0]), ...Object.fromEntries(made) };
  }

  #plain(shape: Shape): unknown {
    switch (shape.type) {
      case 'array':
        return Array.from({ length: shape.minItems ?? 0 }, () =>
          this.valueOfShape(shape.items ?? {}),
        );
      case 'integer':
      case 'number':
        return Math.max(1, shape.minimum ?? 1);
      case 'boolean':
        return true;
      default:
        return byFormat[shape.format ?? ''] ?? 'x'.repeat(shape.minLength ?? 1);
    }
  }
}

/** The headers that a route declares and the text that it takes, if any, as it can read them. */
export function madeParts({ headers, text }: Route) {
  const made = z
    .record(z.string(), z.string())
    .parse(headers === undefined ? {} : madeBody(headers, {}, {}));
  return {
    headers: {
      ...made,
      ...(text === undefined ? {} : { 'content-type': text.mediaType }),
    },
    body: text?.example,
  };
}

/** Every name in a schema, however deep. */
export function namesIn(schema: z.ZodType | undefined): readonly string[] {
  if (schema === undefined) return [];
  const inside = (value: unknown): string[] => {
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([key, one]) =>
      key === 'properties' && typeof one === 'object' && one !== null
        ? [...Object.keys(one), ...Object.values(one).flatMap(inside)]
        : inside(one),
    );
  };
  return [...new Set(inside(JSON.parse(textOf(schema))))];
}

const textOf = (schema: z.ZodType) =>
  JSON.stringify(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));

/** What a route names in its path. */
export const inPath = ({ path }: Route): readonly string[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);

/** What a route names, wherever it does: each once. */
export const namesOf = (route: Route): readonly string[] => [
  ...new Set([...inPath(route), ...namesIn(route.query), ...namesIn(route.body)]),
];
