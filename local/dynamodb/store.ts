/** The two APIs that DynamoDB answers. */
export type Api = 'DynamoDB_20120810' | 'DynamoDBStreams_20120810';

/** What came back: 200 with the operation's output, or else with the error. */
export interface Answer {
  readonly status: number;
  readonly body: string | Buffer;
}

/** Who keeps the tables: this process, a DynamoDB Local beside it, or one that runs elsewhere. */
export interface TableStore {
  /** @throws ServiceError - it does not answer */
  answer(api: Api, operation: string, body: Buffer): Promise<Answer>;
  /** The process that was started for it. */
  readonly pid: number | undefined;
  /** What was acknowledged is kept. */
  stop(): Promise<void>;
}
