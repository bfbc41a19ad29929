import { randomBytes } from 'node:crypto';
import type { LocalContext } from '../../context.ts';
import { type ResourceKind, resourceKind } from '../../resource.ts';
import type { AttributeRule, PoolSettings } from '../pool.ts';
import type { Stores } from '../stores.ts';
import { issuerOf } from '../tokens.ts';
import { poolId } from './names.ts';
import { PoolProperties } from './pool-properties.ts';
import { settingsOf } from './pool-settings.ts';

/** `AWS::Cognito::UserPool`. Its users and its key stay when the region starts again on the same data. */
export function poolKind(context: LocalContext, stores: Stores): ResourceKind {
  return resourceKind({
    type: 'AWS::Cognito::UserPool',
    properties: PoolProperties,
    create({ logicalId, physicalName, properties }) {
      const id = poolId(context.region, physicalName);
      const settings = settingsOf(properties, physicalName);
      const old = stores.pools.find(id);
      const fixed = old === undefined ? undefined : fixedChange(old.settings, settings);
      if (old !== undefined && fixed !== undefined && stores.users.hasAny(old)) {
        throw new Error(
          `${logicalId}: ${fixed} of a user pool cannot change (CloudFormation would refuse, or replace the pool and lose its users). Undo the change, or start on other --data.`,
        );
      }
      const pepper = old?.pepper ?? randomBytes(32).toString('hex');
      const isProtected = properties.DeletionProtection === 'ACTIVE';
      stores.pools.save({ id, settings, pepper, isProtected });
      stores.keys.prepare(id);
      // What an earlier process posted and did not live to deliver.
      stores.mails.deliver();
      return {
        ref: id,
        attributes: {
          UserPoolId: id,
          Arn: `arn:aws:cognito-idp:${context.region}:${context.account}:userpool/${id}`,
          ProviderName: `cognito-idp.${context.region}.amazonaws.com/${id}`,
          // The issuer in this pool's tokens, so that what is configured with it verifies them.
          ProviderURL: issuerOf(context.base, id),
        },
      };
    },
  });
}

/** What differs of that which AWS fixes when a pool is made; attributes may only be added. */
function fixedChange(old: PoolSettings, now: PoolSettings): string | undefined {
  if (old.naming !== now.naming) return 'UsernameAttributes and AliasAttributes';
  if (old.caseSensitive !== now.caseSensitive) return 'UsernameConfiguration';
  const same = (rule: AttributeRule) =>
    now.attributes.some((other) => JSON.stringify(other) === JSON.stringify(rule));
  return old.attributes.every(same) ? undefined : 'Schema';
}
