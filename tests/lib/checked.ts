import { type App, type IPolicyValidationPlugin, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks, NIST80053R5Checks, ServerlessChecks } from 'cdk-nag';

/** An app whose synthesis throws, with all findings, when a rule is broken and not acknowledged. */
export function checked(app: App, ...more: readonly IPolicyValidationPlugin[]): App {
  const packs = [
    new AwsSolutionsChecks(app),
    new NIST80053R5Checks(app),
    new ServerlessChecks(app),
  ];
  Validations.of(app).addPlugins(...packs, ...more);
  return app;
}
