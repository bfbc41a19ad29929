/** Exit codes: wrong use, as of any command; otherwise a failure. */
const wrongUse: readonly string[] = ['no-such-provider', 'no-such-account', 'wrong-arguments'];

/** What an operator asked for is not done; the text says why and what to do next. */
export class OpsRefused extends Error {
  override readonly name = 'OpsRefused';
  readonly code: string;
  readonly exitCode: number;

  constructor(code: string, text: string) {
    super(text);
    this.code = code;
    this.exitCode = wrongUse.includes(code) ? 2 : 1;
  }
}
