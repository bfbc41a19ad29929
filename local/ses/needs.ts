import type { LocalContext } from '../context.ts';
import type { Need } from '../service.ts';
import { bareAddress, identityOf } from './addresses.ts';
import type { SendEmail } from './input.ts';

/**
 * What `SendEmail` needs: to send from the identity, and by the configuration set if it names one. AWS does not say by
 * which of the two actions it judges a mail with attachments that is not raw, so such a mail needs both.
 * @param from - the sender, as the mail writes it
 * @param identities - those that are verified
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsimpleemailservicev2.html
 */
export function sendingNeeds(
  { region, account }: Pick<LocalContext, 'region' | 'account'>,
  { Content, ConfigurationSetName }: SendEmail,
  from: string,
  identities: ReadonlySet<string>,
): readonly Need[] {
  const attached = (Content.Simple?.Attachments ?? []).length > 0;
  const actions = [
    ...(Content.Simple === undefined ? [] : ['ses:SendEmail']),
    ...(Content.Raw !== undefined || attached ? ['ses:SendRawEmail'] : []),
  ];
  const address = bareAddress(from);
  const resources = [
    `identity/${identityOf(address, identities) ?? address}`,
    ...(ConfigurationSetName === undefined ? [] : [`configuration-set/${ConfigurationSetName}`]),
  ];
  return actions.flatMap((action) =>
    resources.map((one) => ({ action, resource: `arn:aws:ses:${region}:${account}:${one}` })),
  );
}
