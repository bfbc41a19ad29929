/** A file that came with a mail. */
export interface MailFile {
  readonly name: string;
  /** Its media type, with parameters. */
  readonly type: string;
  /** In base 64. */
  readonly content: string;
}

/** A mail that the region sent, kept in the local mailbox instead of leaving the machine. */
export interface Mail {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  /** HTML or plain text, as it was sent. */
  readonly text: string;
  /** Milliseconds since the epoch, in the region's time. */
  readonly at: number;
  readonly files?: readonly MailFile[];
}

export type Deliver = (mail: Mail) => void;
