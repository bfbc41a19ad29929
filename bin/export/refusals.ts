/** What keeps an export from being made, or from being restored, and as what a command ends then. */
const refusals = {
  'not-an-s3-address': 2,
  'unknown-partner': 2,
  'unknown-area': 2,
  'way-needed': 2,
  'not-deployed': 3,
  'stack-incomplete': 3,
  'bucket-unreachable': 3,
  'bucket-public': 3,
  'bucket-unencrypted': 3,
  'no-point-in-time': 3,
  'export-there-already': 3,
  'place-in-use': 3,
  'moment-not-restorable': 3,
  'no-export-there': 3,
  'export-unreadable': 3,
  'checksum-differs': 3,
  'release-too-old': 3,
  'region-lacks': 3,
  'tables-not-empty': 3,
  'restore-running': 3,
  'via-unusable': 3,
  'ledger-missing': 3,
  'confirmation-needed': 2,
  'export-failed': 1,
  'rows-left': 1,
  'deletion-stuck': 1,
} as const satisfies Readonly<Record<string, 1 | 2 | 3>>;
export type RefusalCode = keyof typeof refusals;

/** An export or a restore that does not go on; the message says what, where and what to do next. */
export class TransferRefused extends Error {
  override readonly name = 'TransferRefused';
  readonly code: RefusalCode;
  /** 1 failed, 2 wrong use, 3 refused before anything was changed. */
  readonly exitCode: 1 | 2 | 3;

  constructor(code: RefusalCode, message: string) {
    super(message);
    this.code = code;
    this.exitCode = refusals[code];
  }
}
