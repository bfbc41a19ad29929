import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { providerSecrets } from '../functions/provisioning/contract.ts';
import type { StackContext } from './support/context.ts';
import { operatorSecret } from './support/operator-secret.ts';

/** The name of the secret that has what opens each provider of a region. */
export function providersSecretName({ region }: StackContext): string {
  return `ladder/${region.id}/providers`;
}

/**
 * One secret for all providers (docs/adr/0051-one-secret-for-all-providers.md): an entry for each, by its id, as its kind has
 * it (`functions/provisioning/secret.contract.ts`). An operator's rollout puts them; none is there from the beginning, and
 * what the stack makes the secret with says nothing of providers: CloudFormation would write it over all entries as soon as
 * one joins or leaves.
 *
 * @returns undefined where no provider needs an entry
 */
export function addProvidersSecret(scope: Construct, context: StackContext): Secret | undefined {
  const needing = context.region.providers.filter(({ kind }) => kind in providerSecrets);
  if (needing.length === 0) return undefined;
  return operatorSecret(scope, 'Providers', {
    name: providersSecretName(context),
    description: 'What opens each provider, by its id; put with ladder rollout --secrets',
    known: {},
    // No provider's id: it has a letter that ids have not.
    generated: '_unfilled',
  });
}
