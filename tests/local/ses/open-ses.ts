import { SESv2Client, SendEmailCommand, type SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import { AwsFront } from '../../../local/aws-front.ts';
import { Edge } from '../../../local/edge.ts';
import { Faults } from '../../../local/faults/faults.ts';
import { Mailbox } from '../../../local/mailbox/mailbox.ts';
import { Ses } from '../../../local/ses/service.ts';
import { contextAt, create, credentials } from '../sqs/server.ts';

/** SES behind the region's edge and a real SDK client, with the database that the test gives. */
export async function openSes(file = ':memory:') {
  const edge = new Edge((message) => {
    throw new Error(message);
  });
  const base = await edge.listen(0);
  const context = contextAt(base, undefined, file);
  const mailbox = new Mailbox(context.state);
  const ses = new Ses(context, (mail) => mailbox.deliver(mail), ['Verified.example.com']);
  const faults = new Faults();
  edge.open({
    aws: new AwsFront([ses], faults, (message) => {
      throw new Error(message);
    }),
    control: async () => undefined,
    api: async () => undefined,
  });
  const client = new SESv2Client({
    endpoint: `${base}/_aws`,
    region: context.region,
    credentials,
    maxAttempts: 1,
  });
  return {
    base,
    context,
    faults,
    mailbox,
    client,
    create: (type: string, properties: object, logicalId?: string) =>
      create(ses, type, properties, logicalId),
    identity: (EmailIdentity: string) =>
      create(ses, 'AWS::SES::EmailIdentity', { EmailIdentity }, 'Identity'),
    send: (input: SendEmailCommandInput) => client.send(new SendEmailCommand(input)),
    close: async () => {
      client.destroy();
      await edge.close();
      context.clock.stop();
      context.state.close();
    },
  };
}
export type OpenSes = Awaited<ReturnType<typeof openSes>>;
