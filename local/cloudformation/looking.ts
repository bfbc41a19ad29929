import type { Fields, QueryForm } from '../query.ts';
import { templateIn } from './change-sets.ts';
import {
  describeChangeSet,
  describeEvent,
  describeResource,
  describeStack,
  summarizeStack,
  summarizeTemplate,
} from './descriptions.ts';
import type { StackRecord } from './records.ts';
import type { StackDirectory } from './stack-directory.ts';
import type { StackTable } from './stack-table.ts';
import type { Template } from './template.ts';

/** What a request is answered with; everything happens at once. */
export type Action = (form: QueryForm) => Fields;

/** The actions that change nothing. */
export function lookingActions(
  directory: StackDirectory,
  table: StackTable,
): Readonly<Record<string, Action>> {
  const found = (form: QueryForm) => directory.find(form.need('StackName'));
  const resources = (form: QueryForm) => {
    const stack = found(form);
    return stack.resources.map((resource) => describeResource(resource, stack));
  };
  return {
    DescribeStacks: (form) => {
      const id = form.text('StackName');
      const stacks = id === undefined ? directory.present() : [directory.find(id)];
      return { Stacks: stacks.map((stack) => describeStack(stack, frameOf(stack))) };
    },
    ListStacks: (form) => {
      const wanted = form.texts('StackStatusFilter');
      const isWanted = ({ status }: StackRecord) => wanted.length === 0 || wanted.includes(status);
      const stacks = table.stacks().filter(isWanted);
      return { StackSummaries: stacks.map((stack) => summarizeStack(stack, frameOf(stack))) };
    },
    DescribeStackEvents: (form) => ({
      StackEvents: table.events(found(form).name).map(describeEvent),
    }),
    // What validation has found beside a change set's reason; here the reason says it all.
    DescribeEvents: () => ({ OperationEvents: [] }),
    DescribeStackResources: (form) => ({ StackResources: resources(form) }),
    ListStackResources: (form) => ({ StackResourceSummaries: resources(form) }),
    DescribeChangeSet: (form) => {
      const { changeSet, stack } = directory.changeSet(form);
      return describeChangeSet(changeSet, stack);
    },
    ListChangeSets: (form) => {
      const stack = directory.need(form);
      const all = table.changeSets(stack.name);
      return { Summaries: all.map((changeSet) => describeChangeSet(changeSet, stack)) };
    },
    GetTemplate: (form) => {
      const { template } = found(form);
      // AWS gives every letter that is not ASCII back as a question mark.
      const TemplateBody = template === '' ? '{}' : template.replaceAll(/[^\0-\x7f]/gu, '?');
      return { TemplateBody, StagesAvailable: ['Original', 'Processed'] };
    },
    GetTemplateSummary: (form) =>
      summarizeTemplate(templateIn(form.text('TemplateBody') ?? found(form).template)),
  };
}

function frameOf({ template }: StackRecord): Template | undefined {
  return template === '' ? undefined : templateIn(template);
}
