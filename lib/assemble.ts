import { App } from 'aws-cdk-lib/core';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import type { Region } from '../regions/schema.ts';
import { RegionStack, type RegionStackProps } from './region-stack.ts';

/**
 * The CDK app of one region, not yet synthesized. It is the same whether `node` or the cdk CLI runs it, so
 * everything that the CLI would add to a template is switched off here.
 *
 * @param outdir - where `synth()` writes; without one a new temporary directory
 */
export function assemble(region: Region, codeOf: RegionStackProps['codeOf'], outdir?: string): App {
  const app = new App({
    ...(outdir === undefined ? {} : { outdir }),
    context: {
      ...recommendedFlags,
      // It notes, for the CDK's statistics, which methods were called.
      '@aws-cdk/core:enableAdditionalMetadataCollection': false,
    },
    // Wins over what the CLI says: paths and file names of the machine that synthesizes stay out.
    postCliContext: {
      'aws:cdk:enable-path-metadata': false,
      'aws:cdk:enable-asset-metadata': false,
      'aws:cdk:disable-creation-stack-traces': true,
      // The toolkit reads the file that it would stand in twice for each event of a deployment.
      'aws:cdk:disable-logicalId-metadata': true,
    },
    // Takes as long as all the rest; tests/lib/validation.test.ts runs the same checks.
    builtinCloudFormationValidation: false,
    analyticsReporting: false,
    treeMetadata: false,
    stackTraces: false,
  });
  new RegionStack(app, { region, codeOf });
  return app;
}
