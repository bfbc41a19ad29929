import type { AwsService, ServiceReply, ServiceRequest } from './service.ts';

/** A request to an emulated service that is about to be answered. */
export interface Asked {
  /** The function that asks; undefined: nobody of the template. */
  readonly functionName: string | undefined;
  readonly service: AwsService;
  readonly operation: string;
  readonly request: ServiceRequest;
}

/** Looks on from beside a region that runs, for whoever counts what it does. */
export interface Observer {
  /** A function begins. */
  invoked(functionName: string): void;
  /**
   * Stands between a request and its answer.
   *
   * @param answer - has the service answer; may be asked with the request changed, such as to have it say what it costs
   */
  asked(
    asked: Asked,
    answer: (request: ServiceRequest) => Promise<ServiceReply>,
  ): Promise<ServiceReply>;
}
