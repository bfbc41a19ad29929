/** What was asked of AWS: requests by service, and of DynamoDB what each cost. */
export interface Count {
  invocations: number;
  /** Requests to DynamoDB that were answered, and of them those that write. */
  requests: number;
  writeRequests: number;
  readUnits: number;
  writeUnits: number;
  /** Of the write units, those of indexes. */
  indexUnits: number;
  /** The least that these could be: nothing read twice, one request that writes, `leastWritten` of each write. */
  leastRequests: number;
  leastRead: number;
  leastWritten: number;
  /** Of the write units, what rows of more than 1 KB cost above the least. */
  largeWritten: number;
  /** Messages that were sent to queues. */
  messages: number;
  mails: number;
  /** Requests to Cognito, to Secrets Manager and to S3. */
  logins: number;
  secrets: number;
  objects: number;
}

export const nothing: Readonly<Count> = {
  invocations: 0,
  requests: 0,
  writeRequests: 0,
  readUnits: 0,
  writeUnits: 0,
  indexUnits: 0,
  leastRequests: 0,
  leastRead: 0,
  leastWritten: 0,
  largeWritten: 0,
  messages: 0,
  mails: 0,
  logins: 0,
  secrets: 0,
  objects: 0,
};

/** The sum of some counts. */
export function sumOf(counts: Iterable<Readonly<Count>>): Count {
  const sum = { ...nothing };
  for (const count of counts) for (const what of names) sum[what] += count[what];
  return sum;
}

// The keys of an object that is declared here.
const names = Object.keys(nothing) as (keyof Count)[];
