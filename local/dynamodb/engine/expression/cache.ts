import { parseCondition } from './condition-parser.ts';
import { parseProjection } from './operand-parser.ts';
import type { Condition, Parsed, Path, Update } from './syntax.ts';
import { parseUpdate } from './update-parser.ts';

/** An application has some hundreds of expressions; who makes up new ones for ever starts afresh now and then. */
const most = 2000;

function remembered<Tree>(read: (role: string, text: string) => Parsed<Tree>) {
  const known = new Map<string, Parsed<Tree>>();
  return (role: string, text: string | undefined): Parsed<Tree> | undefined => {
    if (text === undefined) return undefined;
    const before = known.get(text);
    if (before !== undefined) return before;
    const parsed = read(role, text);
    if (known.size >= most) known.clear();
    known.set(text, parsed);
    return parsed;
  };
}

const condition = remembered<Condition>(parseCondition);
const update = remembered<Update>((_role, text) => parseUpdate(text));
const projection = remembered<readonly Path[]>((_role, text) => parseProjection(text));

/** The expressions of a request, each read once for ever. Without a text there is none. */
export const expressions = {
  condition: (text?: string) => condition('ConditionExpression', text),
  filter: (text?: string) => condition('FilterExpression', text),
  keyCondition: (text?: string) => condition('KeyConditionExpression', text),
  update: (text?: string) => update('UpdateExpression', text),
  projection: (text?: string) => projection('ProjectionExpression', text),
};
