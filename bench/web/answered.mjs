import { EventEmitter } from 'node:events';
import { getBuiltinModule } from 'node:process';
import { Readable } from 'node:stream';

/**
 * Plain JavaScript, for a cold process would first have to load what takes types away.
 *
 * Answers DynamoDB's requests within the process from here on: in the place of `request` of `node:https`, which is
 * where every SDK in every bundle takes it from. It is taken as `require` takes it: an `import` would make a module of
 * it, which nobody's start should be given.
 *
 * @type {import('./answered.d.mts').answerHere}
 */
export function answerHere(answerOf) {
  getBuiltinModule('node:https').request = (options, answer) =>
    new AnsweredRequest(answer, (body) => answerOf(options.headers['x-amz-target'], body));
}

/** A request without a socket: as much of Node's own as the SDK uses. */
class AnsweredRequest extends EventEmitter {
  constructor(answer, textOf) {
    super();
    this.answer = answer;
    this.textOf = textOf;
  }

  end(body) {
    const response = new Readable({ read() {} });
    response.statusCode = 200;
    response.headers = { 'content-type': 'application/x-amz-json-1.0' };
    const text = this.textOf(String(body));
    setImmediate(() => {
      this.answer(response);
      response.push(text);
      response.push(null);
    });
    return this;
  }

  setTimeout() {
    return this;
  }

  destroy() {
    return this;
  }
}
