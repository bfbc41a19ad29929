/** Answers DynamoDB's requests within the process from here on, by the header `x-amz-target` and the body. */
export function answerHere(answerOf: (target: string, body: string) => string): void;
