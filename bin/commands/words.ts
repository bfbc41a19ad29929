import { InvalidArgumentError } from 'commander';

/** A port, for an option. */
export function port(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError('a port is a number from 0 to 65535');
}

/** Without a slash at its end, so that paths can be appended. */
export function url(text: string): string {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text.replace(/\/+$/, '');
  throw new InvalidArgumentError('write the whole address, such as http://127.0.0.1:4000');
}

/** Names with commas between them. */
export function list(text: string): string[] {
  return text.split(',').filter((one) => one !== '');
}

/** What `--help` ends with. */
export function examples(...commands: readonly string[]): string {
  return `\nExamples:\n${commands.map((command) => `  $ ${command}`).join('\n')}`;
}
