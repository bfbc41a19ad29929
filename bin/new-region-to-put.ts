import type { Provider, Region } from '../regions/schema.ts';
import { entryName, entryShape } from './rollout/secrets-file.ts';

/**
 * What operators have to put before learners get in: a line for each provider of a region.
 *
 * @param file - where the region is written
 */
export function toPut(region: Region, file: string): string[] {
  return region.providers.map(
    (provider) => `${provider.id} (${provider.kind}): ${what(region, file, provider)}`,
  );
}

function what(region: Region, file: string, { id, kind }: Provider): string {
  switch (kind) {
    case 'scim':
    case 'webhook':
    case 'lti': {
      return `fill the secret ${entryName(region, id)} with ${entryShape(kind)}: roll out with --secrets FILE`;
    }
    case 'voucher':
      return `import its codes: POST /provisioning/providers/${id}/vouchers`;
    case 'manual':
      return `somebody sees to its work list: npm run ops -- tasks ${file} ${id}`;
  }
}
