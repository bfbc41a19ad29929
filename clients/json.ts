import { type FailureClasses, failureOf, type ServiceException } from './failure.ts';
import type { Call, Command, Fields } from './service.ts';
import type { Change } from './shapes.ts';
import type { Answer } from './transport.ts';

/** How input and output differ from JSON, where they do. */
export interface Changes {
  readonly input?: Change;
  readonly output?: Change;
}

/**
 * The operations of a service that speaks AWS JSON: all go to one path, and are told apart by a header.
 *
 * @param target - before the operation's name in `X-Amz-Target`
 * @param usual - what is done to all outputs first
 * @returns what makes the class of an operation's commands, by the names that AWS gives them
 * @see https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
 */
export function jsonOperations(version: '1.0' | '1.1', target: string, usual: Change = unchanged) {
  return (
    operation: string,
    { input: write = unchanged, output: read = unchanged }: Changes = {},
  ) =>
    class implements Command {
      readonly input: object;

      constructor(input: object) {
        this.input = input;
      }

      call(): Call {
        return {
          method: 'POST',
          path: '/',
          headers: {
            'content-type': `application/x-amz-json-${version}`,
            'x-amz-target': `${target}.${operation}`,
          },
          body: JSON.stringify(write(this.input)),
        };
      }

      output(answer: Answer): Fields {
        // What changes a structure gives a structure.
        return read(usual(fieldsOf(answer))) as Fields;
      }
    };
}

const unchanged: Change = (value) => value;

/** The structure that an answer is; of one without a body an empty one. @throws {SyntaxError} it is none */
export function fieldsOf({ body }: Answer): Fields {
  return body.length === 0 ? {} : JSON.parse(body.toString('utf8'));
}

/**
 * How a service that speaks JSON says what has failed: with the error's name in the body or, of REST, in a header.
 *
 * @param change - of what else an error says, where that differs from JSON
 */
export function jsonFailure(classes: FailureClasses, change: Change = unchanged) {
  return (answer: Answer): ServiceException => {
    const fields = readableFields(answer);
    const named =
      fields['__type'] ??
      answer.headers['x-amzn-errortype'] ??
      fields['code'] ??
      fields['Code'] ??
      'Unknown';
    // `namespace#Name`, `Name:https://…`
    const [name = ''] = String(named).split(/[,:]/);
    const code = name.slice(name.indexOf('#') + 1);
    // What changes a structure gives a structure.
    return failureOf(answer, code, change(fields) as Fields, classes);
  };
}

/** Of what no service of AWS has written, such as the page of somebody in between, nothing. */
function readableFields(answer: Answer): Fields {
  try {
    return fieldsOf(answer);
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
