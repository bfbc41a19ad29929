import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DefaultStackSynthesizer,
  type FileAssetSource,
  type IStackSynthesizer,
  type ISynthesisSession,
} from 'aws-cdk-lib/core';

class AsciiTemplate extends DefaultStackSynthesizer {
  protected override synthesizeTemplate(
    session: ISynthesisSession,
    lookupRoleArn?: string,
    lookupRoleExternalId?: string,
    lookupRoleAdditionalOptions?: Record<string, unknown>,
  ): FileAssetSource {
    const source = super.synthesizeTemplate(
      session,
      lookupRoleArn,
      lookupRoleExternalId,
      lookupRoleAdditionalOptions,
    );
    const file = join(session.assembly.outdir, this.boundStack.templateFile);
    const text = inAscii(readFileSync(file, 'utf8'));
    writeFileSync(file, text);
    // The name under which it is uploaded, by which the CDK knows whether it is there already.
    return { ...source, sourceHash: createHash('sha256').update(text).digest('hex') };
  }
}

/** JSON that says the same: in it, what is not ASCII stands in strings only (RFC 8259, section 7). */
function inAscii(json: string): string {
  return json.replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * Writes the template in ASCII, with JSON's escapes for what lies beyond. CloudFormation executes Korean texts as they
 * are, but its `GetTemplate` gives each letter back as "?": every comparison with what is deployed would find changes
 * that are none, or miss those of one letter to another
 * (https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1220).
 */
export function asciiTemplate(): IStackSynthesizer {
  // The CDK's own classes say `string | undefined` where its interface says that it may be left out.
  return new AsciiTemplate() as IStackSynthesizer;
}
