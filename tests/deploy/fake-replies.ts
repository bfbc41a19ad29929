/** What a fake service sends back. */
export interface Reply {
  readonly status: number;
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A result in AWS's query protocol. */
export function xmlResult(action: string, result: string): Reply {
  return {
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body: `<${action}Response><${action}Result>${result}</${action}Result><ResponseMetadata><RequestId>request</RequestId></ResponseMetadata></${action}Response>`,
  };
}

/** The body of an error in AWS's query protocol. */
export function xmlError(code: string, message: string): string {
  return `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>request</RequestId></ErrorResponse>`;
}

/** A result in the JSON protocols of AWS. */
export function jsonResult(result: unknown): Reply {
  return {
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify(result),
  };
}

/** An error in the JSON protocols of AWS. */
export function jsonError(code: string, message: string, status: number): Reply {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': code },
    body: JSON.stringify({ __type: code, message }),
  };
}
