import type { Region } from '../../regions/schema.ts';
import { samplesIn } from '../samples.ts';
import type { Target } from '../target.ts';
import type { Answer } from './teller.ts';

export interface Outcome {
  readonly changed: boolean;
  readonly outputs: Readonly<Record<string, string>>;
  /** Secrets that nobody has filled. */
  readonly missing: readonly string[];
  /** State of the first administrator's login. */
  readonly administrator: string;
}

/** Where everything is, and what is left to do. */
export function summaryOf({ region, file, stackName }: Target, outcome: Outcome): Answer<Outcome> {
  const { outputs, changed } = outcome;
  const rows = [...placesOf(region, outputs), ...others(outputs)];
  const steps = nextSteps(region, file, outcome);
  const width = Math.max(...rows.map(([name]) => name.length));
  const text = changed ? `${stackName} is live` : `${stackName} is live, nothing was changed`;
  const lines = [
    ...rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`),
    ...(steps.length === 0 ? [] : ['Next:', ...steps.map((step) => `- ${step}`)]),
  ];
  return { result: outcome, text, lines, facts: { changed, outputs, next: steps } };
}

type Row = readonly [name: string, value: string];

/** What the summary names in words of its own. */
const named = ['ApiUrl', 'DashboardUrl', 'Version'];

function placesOf(region: Region, { ApiUrl, DashboardUrl, Version }: Outcome['outputs']): Row[] {
  const { awsRegion } = region.deployment;
  const alarms = `https://${awsRegion}.console.aws.amazon.com/cloudwatch/home?region=${awsRegion}#alarmsV2:?search=ladder-${region.id}`;
  return [
    ...(ApiUrl === undefined
      ? []
      : ([
          ['API', ApiUrl],
          ['API reference', `${ApiUrl.replace(/\/$/, '')}/docs`],
        ] as const)),
    ...(DashboardUrl === undefined ? [] : ([['Dashboard', DashboardUrl]] as const)),
    ['Alarms', alarms],
    ...(Version === undefined ? [] : ([['Version', Version]] as const)),
  ];
}

function others(outputs: Outcome['outputs']): Row[] {
  return Object.entries(outputs)
    .filter(([name]) => !named.includes(name))
    .sort(([a], [b]) => a.localeCompare(b));
}

function nextSteps(region: Region, file: string, outcome: Outcome): string[] {
  const { missing, administrator, outputs } = outcome;
  const samples = samplesIn(region);
  const topic = outputs['AlarmTopic'];
  return [
    ...samples.map((sample) => `${file} still has the sample ${sample}`),
    ...missing.map((name) => `fill the secret ${name}: roll out again with --secrets FILE`),
    ...(administrator === 'FORCE_CHANGE_PASSWORD'
      ? ['the first administrator signs in with the password from the invitation']
      : []),
    ...(topic === undefined
      ? []
      : [
          `subscribe whoever is on call: aws sns subscribe --topic-arn ${topic} --protocol email --notification-endpoint …`,
        ]),
  ];
}
