import type { Asked, Observer } from '../../local/observer.ts';
import type { ServiceReply, ServiceRequest } from '../../local/service.ts';
import { type Count, nothing, sumOf } from './count.ts';
import { Scales } from './weighing.ts';

/** Operations that say what they cost when they are asked to; others of DynamoDB make and describe tables. */
const reading = ['GetItem', 'BatchGetItem', 'TransactGetItems', 'Query', 'Scan'];
const writing = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems'];

/**
 * Counts what functions ask of AWS, by function. What each request to DynamoDB costs
 * is weighed on the way (`weighing.ts`); no function knows of it.
 */
export class Meter implements Observer {
  readonly #scales = new Scales();
  /** What each function has read since then. */
  readonly #read = new Set<string>();
  #counts = new Map<string, Count[]>();

  /** What was counted since the last time, by function's name. */
  take(): ReadonlyMap<string, Count> {
    return new Map([...this.takeEach()].map(([name, calls]) => [name, sumOf(calls)]));
  }

  /** The same, from each beginning of a function to the next: call by call where they come one after the other. */
  takeEach(): ReadonlyMap<string, readonly Count[]> {
    const taken = this.#counts;
    this.#counts = new Map();
    this.#read.clear();
    return taken;
  }

  invoked(functionName: string): void {
    const name = functionName.slice(functionName.lastIndexOf(':') + 1);
    this.#counts.set(name, [...(this.#counts.get(name) ?? []), { ...nothing, invocations: 1 }]);
  }

  async asked(
    { functionName, service, operation, request }: Asked,
    answer: (request: ServiceRequest) => Promise<ServiceReply>,
  ): Promise<ServiceReply> {
    if (functionName === undefined) return answer(request);
    const count = this.#of(functionName);
    if (service.target !== 'DynamoDB_20120810') {
      tally(count, service.target, operation);
      return answer(request);
    }
    const isWrite = writing.includes(operation);
    if (!isWrite && !reading.includes(operation)) return answer(request);
    const { reply, weight } = await this.#scales.weigh(service, operation, request);
    count.requests += 1;
    if (isWrite) count.writeRequests += 1;
    count.readUnits += weight.readUnits;
    count.writeUnits += weight.writeUnits;
    count.indexUnits += weight.indexUnits;
    count.leastWritten += weight.leastWritten;
    count.largeWritten += weight.largeWritten;
    const read = `${functionName} ${weight.reads}`;
    if (isWrite ? count.writeRequests === 1 : !this.#read.has(read)) {
      count.leastRequests += 1;
      count.leastRead += weight.readUnits;
    }
    this.#read.add(read);
    return reply;
  }

  #of(functionName: string): Count {
    const calls = this.#counts.get(functionName) ?? [];
    const count = calls.at(-1) ?? { ...nothing };
    if (calls.length === 0) this.#counts.set(functionName, [count]);
    return count;
  }
}

function tally(count: Count, target: string, operation: string): void {
  if (target === 'AmazonSQS') count.messages += 1;
  else if (target === 'ses' || operation === 'SendEmail') count.mails += 1;
  else if (target === 'AWSCognitoIdentityProviderService') count.logins += 1;
  else if (target === 'secretsmanager') count.secrets += 1;
  else if (target === 's3') count.objects += 1;
  // Metrics that are read; and functions, which count themselves when they are invoked.
  else if (target !== 'GraniteServiceVersion20100801' && target !== 'lambda')
    throw new Error(`nobody counts requests to ${target}`);
}
