/** The headings of `docs/runbook.md`, each with what an alarm says that leads there. */
export const runbook = {
  'Messages for a provider were given up': 'Account messages ran out of attempts',
  'Papers could not be judged': 'Uploaded papers ran out of attempts to be scanned',
  'Changes of a table were given up': 'A stream trigger ran out of attempts',
  'Changes of a table wait': 'A stream trigger lags behind its table',
  'A function fails': 'A job or a worker ended with errors',
  'Functions are throttled': 'Lambda refused to run functions',
  'Mail does not reach people':
    'Notices could not be delivered, or were returned or complained about',
  'The API answers with faults of its own': 'Requests were answered with 5xx',
  'The API is slow': 'One request of twenty took longer than people wait for',
  'The canary fails': 'The API did not answer from outside as it should, or nobody asked it',
  'A safeguarding report waits': 'Somebody was reported; a lead has to look at it',
  'A deletion waits': 'Somebody asked to be deleted, and it does not come to its end',
  'A pool of vouchers runs low': 'A provider has few codes left to give, or none',
  'Somebody has to look at an account':
    'An account at a provider came to the work list: no program can say what is right',
  'A provider has accounts that nobody knows':
    'A provider was compared with us, and has accounts that are not ours',
  'Accounts wait for a provider':
    'Messages to a provider have waited for an hour, or a thousand learners wait for it',
  'A provider rests': 'Nobody asks a provider, since it does not answer or was paused',
  'A provider fails': 'A provider answers to too few requests',
} as const;
export type RunbookHeading = keyof typeof runbook;

/** The address of a heading within the runbook, as GitHub makes it. */
export function runbookAddress(heading: RunbookHeading): string {
  const anchor = heading.toLowerCase().replaceAll(' ', '-');
  return `docs/runbook.md#${anchor}`;
}
