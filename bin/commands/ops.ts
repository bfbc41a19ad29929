import { type Command, InvalidArgumentError } from 'commander';
import type { ReconcileOptions, SettleOptions } from '../ops/ops.ts';
import { examples, url } from './words.ts';

const file = ['<region-file>', 'such as regions/taebaek.yaml'] as const;
const provider = ['<provider>', 'its id in the region file'] as const;
const ops = 'npm run ops --';
const region = 'regions/taebaek.yaml';

/** Declares `ladder ops`: what an operator looks at and does about providers. */
export function addOps(ladder: Command): void {
  const group = ladder
    .command('ops')
    .description('look at the providers of a deployed region, and act')
    .addHelpText(
      'after',
      examples(
        `${ops} status ${region}`,
        `${ops} failures ${region} highland`,
        `${ops} redrive ${region} highland --profile taebaek`,
      ),
    );
  addStatus(group);
  addLists(group);
  addActions(group);
  addReconcile(group);
  addSettle(group);
}

function addStatus(group: Command): void {
  told(group.command('status'))
    .description('how each provider stands: what waits, what fails, whether it is asked')
    .argument(...file)
    .argument('[provider]', 'only this one')
    .addHelpText('after', examples(`${ops} status ${region}`, `${ops} status ${region} highland`))
    .action(async (path: string, id: string | undefined, options) => {
      const { status } = await import('../ops/ops.ts');
      await status(path, id, options);
    });
}

function addLists(group: Command): void {
  told(group.command('failures'))
    .description('whose messages to a provider were given up, by ids; nothing is changed')
    .argument(...file)
    .argument(...provider)
    .addHelpText('after', examples(`${ops} failures ${region} highland`))
    .action(async (path: string, id: string, options) => {
      const { failures } = await import('../ops/ops.ts');
      await failures(path, id, options);
    });
  told(group.command('tasks'))
    .description('accounts at a provider that somebody has to see to')
    .argument(...file)
    .argument(...provider)
    .addHelpText('after', examples(`${ops} tasks ${region} highland`))
    .action(async (path: string, id: string, options) => {
      const { tasks } = await import('../ops/ops.ts');
      await tasks(path, id, options);
    });
  told(group.command('reconciliation'))
    .description('the latest comparison with a provider, and how far it is; none is begun')
    .argument(...file)
    .argument(...provider)
    .addHelpText('after', examples(`${ops} reconciliation ${region} highland`))
    .action(async (path: string, id: string, options) => {
      const { reconciliation } = await import('../ops/ops.ts');
      await reconciliation(path, id, options);
    });
  told(group.command('orphans'))
    .description('accounts at a provider that nobody here knows, by its ids; nothing is changed')
    .argument(...file)
    .argument(...provider)
    .addHelpText('after', examples(`${ops} orphans ${region} highland`))
    .action(async (path: string, id: string, options) => {
      const { orphans } = await import('../ops/ops.ts');
      await orphans(path, id, options);
    });
}

const actions = {
  redrive: 'put what was given up back into the queue; what is no longer true does nothing',
  pause: 'ask a provider nothing until it is resumed; learners choose as before',
  resume: 'ask a provider again, whether it was paused or rests; who waits is next within a minute',
} as const;

function addActions(group: Command): void {
  for (const [name, description] of Object.entries(actions)) {
    told(group.command(name))
      .description(description)
      .argument(...file)
      .argument(...provider)
      .addHelpText('after', examples(`${ops} ${name} ${region} highland`))
      .action(async (path: string, id: string, options) => {
        const act = await import('../ops/ops.ts');
        // The keys of the table above, which Object.entries forgets.
        await act[name as keyof typeof actions](path, id, options);
      });
  }
}

function addReconcile(group: Command): void {
  told(group.command('reconcile'))
    .description('compare our accounts with those that a provider has, and repair what is safe')
    .argument(...file)
    .argument(...provider)
    .option('--watch', 'wait for its end, and tell how far it is')
    .addHelpText('after', examples(`${ops} reconcile ${region} highland --watch`))
    .action(async (path: string, id: string, options: ReconcileOptions) => {
      const { reconcile } = await import('../ops/ops.ts');
      await reconcile(path, id, options);
    });
}

function addSettle(group: Command): void {
  const outcomes = ['done', 'rejected', 'again'];
  told(group.command('settle'))
    .description('tell how a task ended: it is done, will never be, or is to be tried again')
    .argument(...file)
    .argument(...provider)
    .argument('<account>', 'as "tasks" lists it')
    .argument('<outcome>', outcomes.join(', '), (text) => {
      if (outcomes.includes(text)) return text;
      throw new InvalidArgumentError(`it is one of ${outcomes.join(', ')}`);
    })
    .option(
      '--remote-id <id>',
      'with done: the name by which the learner signs in there; ignored for SCIM, where it is our account id',
    )
    .requiredOption('--fence <number>', 'of the task that you saw, as "tasks" lists it', whole)
    .addHelpText(
      'after',
      examples(
        `${ops} settle ${region} highland acc_3k9d7p2mx5t8w0qz6r4hvc1jbn done --fence 2`,
        `${ops} settle ${region} highland acc_3k9d7p2mx5t8w0qz6r4hvc1jbn again --fence 3`,
      ),
    )
    .action(
      async (
        path: string,
        id: string,
        account: string,
        outcome: string,
        options: SettleOptions,
      ) => {
        const { settle } = await import('../ops/ops.ts');
        await settle(path, id, { account, outcome }, options);
      },
    );
}

/** With the options that all of them have. */
function told(command: Command): Command {
  return command
    .option('--json', 'one JSON object a line, for pipelines')
    .option('--endpoint <url>', 'an AWS-compatible endpoint in the place of AWS', url)
    .option('--profile <name>', 'profile of the AWS configuration');
}

function whole(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('a fence is a whole number from 1');
}
