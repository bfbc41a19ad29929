import { randomUUID } from 'node:crypto';
import type { LocalContext } from '../context.ts';
import { invalid, type QueryForm } from '../query.ts';
import { changesBetween } from './changes.ts';
import { revisionOf } from './execution.ts';
import { TemplateError } from './problems.ts';
import type { ChangeSetRecord, Made, StackRecord } from './records.ts';
import type { StackRunner } from './runner.ts';
import { parseTemplate, type Template } from './template.ts';

/** AWS's words, by which tools know that there is nothing to do. */
const unchanged =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

/** Reads the objects in which templates are uploaded. @throws ServiceError */
export type ReadObject = (bucket: string, key: string) => Buffer;

/**
 * What a request's template and parameters would do to a stack. Nothing is changed yet.
 *
 * @param stack - as it is; a new one has nothing
 * @throws ServiceError - `ValidationError`: the template or its parameters are malformed
 */
export function planChangeSet(
  { account, region, clock }: LocalContext,
  runner: StackRunner,
  read: ReadObject,
  stack: StackRecord,
  form: QueryForm,
): ChangeSetRecord {
  const name = form.need('ChangeSetName');
  const id = `arn:aws:cloudformation:${region}:${account}:changeSet/${name}/${randomUUID()}`;
  const made = madeFrom(form, stack, read);
  return {
    ...made,
    ...outcome(runner, stack, made),
    id,
    name,
    stack: stack.name,
    kind: form.text('ChangeSetType') === 'CREATE' ? 'CREATE' : 'UPDATE',
    description: form.text('Description'),
    createdAt: Math.floor(clock.now()),
  };
}

/** What a request makes a stack of: what it leaves out stays as it is. */
function madeFrom(form: QueryForm, stack: StackRecord, read: ReadObject): Made {
  const template = form.flag('UsePreviousTemplate') ? stack.template : templateOf(form, read);
  const declared = templateIn(template).Parameters;
  const tags = form.list('Tags').map((tag) => ({ Key: tag.need('Key'), Value: tag.need('Value') }));
  const parameters = parametersOf(declared, form.list('Parameters'), stack.parameters);
  return { template, parameters, tags, role: form.text('RoleARN') ?? stack.role };
}

/** @throws ServiceError - `ValidationError` */
function templateOf(form: QueryForm, read: ReadObject): string {
  const body = form.text('TemplateBody');
  if (body !== undefined) return body;
  const url = form.need('TemplateURL');
  const { hostname, pathname } = new URL(url);
  const [, first = '', ...rest] = decodeURIComponent(pathname).split('/');
  // Virtual-host style, where the bucket is the first label of the host, or path style.
  const [, bucket] = /^(.+)\.s3[.-]/.exec(hostname) ?? [];
  const key = bucket === undefined ? rest.join('/') : [first, ...rest].join('/');
  return read(bucket ?? first, key).toString();
}

/** @throws ServiceError - `ValidationError` with everything that the local region does not support in its frame */
export function templateIn(text: string): Template {
  try {
    return parseTemplate(JSON.parse(text), 'the template');
  } catch (error) {
    if (error instanceof TemplateError) throw invalid(error.message);
    if (!(error instanceof SyntaxError)) throw error;
    throw invalid(`Template format error: JSON not well-formed (${error.message}).`);
  }
}

/** @throws ServiceError - `ValidationError`: some have no value, or are not the template's */
function parametersOf(
  declared: Template['Parameters'],
  given: readonly QueryForm[],
  previous: Readonly<Record<string, string>>,
): Record<string, string> {
  const values = new Map<string, string | undefined>();
  for (const { Default, name } of entriesOf(declared)) {
    if (Default !== undefined) values.set(name, String(Default));
  }
  for (const parameter of given) {
    const name = parameter.need('ParameterKey');
    const keeps = parameter.flag('UsePreviousValue');
    values.set(name, keeps ? previous[name] : parameter.text('ParameterValue'));
  }
  const strange = [...values.keys()].filter((name) => !Object.hasOwn(declared, name));
  if (strange.length > 0) {
    throw invalid(`Parameters: [${strange.join(', ')}] do not exist in the template`);
  }
  const missing = Object.keys(declared).filter((name) => values.get(name) === undefined);
  if (missing.length > 0) throw invalid(`Parameters: [${missing.join(', ')}] must have values`);
  return Object.fromEntries(
    [...values].flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function entriesOf(declared: Template['Parameters']) {
  return Object.entries(declared).map(([name, parameter]) => ({ name, ...parameter }));
}

function outcome(
  runner: StackRunner,
  stack: StackRecord,
  made: Made,
): Pick<ChangeSetRecord, 'status' | 'reason' | 'changes'> {
  try {
    const before = stack.template === '' ? undefined : runner.plan(revisionOf(stack));
    const after = runner.plan(revisionOf({ ...made, name: stack.name }));
    const changes = changesBetween(before, after, stack.resources);
    const outputsOf = (plan: typeof after | undefined) => JSON.stringify(plan?.template.Outputs);
    const isSame = changes.length === 0 && outputsOf(before) === outputsOf(after);
    if (isSame) return { status: 'FAILED', reason: unchanged, changes };
    return { status: 'CREATE_COMPLETE', changes };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return { status: 'FAILED', reason: error.message, changes: [] };
  }
}
