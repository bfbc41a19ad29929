import { z } from 'zod';
import { contracts } from '../../../functions/contracts.ts';
import type { Contract, Route } from '../../../functions/runtime/route.ts';
import { describeApi } from '../../../lib/openapi/describe-api.ts';
import { OpenApiObject, type OperationObject } from './specification.ts';

/** The description of the API as it is served. */
export const text = JSON.stringify(describeApi());

const parsed = OpenApiObject.safeParse(JSON.parse(text));
if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
export const document = parsed.data;

const all: readonly Contract[] = contracts;
export const routes = all.flatMap((contract) => Object.values(contract.routes));
export const named = routes.map(
  (route) => [`${route.method} ${route.path}`, route] as [string, Route],
);

export function operationOf({ method, path }: Route): OperationObject {
  const operations = document.paths[path] ?? {};
  const found = Object.entries(operations).find(([name]) => name === method.toLowerCase())?.[1];
  if (found === undefined) throw new Error(`the document has no ${method} ${path}`);
  return found;
}

/** Components by name, as the text of their schema with references that stay within one schema. */
const definitions = new Map(
  Object.entries(document.components.schemas).map(([name, schema]) => [name, inlined(schema)]),
);
const compiled = new Map<string, z.ZodType>();

/** A schema of the document as zod reads it; throws where it is not JSON Schema 2020-12. */
export function compile(schema: Record<string, unknown>): z.ZodType {
  const inline = inlined(schema);
  // Most are in the document many times, and all components with each would take a thousand times as long.
  const made = compiled.get(inline) ?? z.fromJSONSchema(withDefinitions(inline));
  compiled.set(inline, made);
  return made;
}

function inlined(schema: unknown): string {
  return JSON.stringify(schema).replaceAll('#/components/schemas/', '#/$defs/');
}

/** With the components that it refers to, and those that these refer to in turn. */
function withDefinitions(inline: string) {
  const texts = [inline];
  const wanted = new Map<string, unknown>();
  // An array takes in what is added to it while it is walked.
  for (const text of texts) {
    for (const [, name = ''] of text.matchAll(/"#\/\$defs\/([^"]+)"/g)) {
      const definition = definitions.get(name);
      if (definition === undefined || wanted.has(name)) continue;
      wanted.set(name, JSON.parse(definition));
      texts.push(definition);
    }
  }
  return { ...JSON.parse(inline), $defs: Object.fromEntries(wanted) };
}
