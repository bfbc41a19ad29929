import { z } from 'zod';
import type { LocalContext } from '../context.ts';
import { type ResourceKind, resourceKind } from '../resource.ts';
import { Grants, PolicyDocument, type Statement } from './policy.ts';

/**
 * What the local region reads of a role. Who may take it is not asked: only functions do. Policies by AWS
 * (`ManagedPolicyArns`) are not known here, and a boundary (`PermissionsBoundary`) would be a second decision.
 */
const RoleProperties = z.strictObject({
  RoleName: z.string().optional(),
  Description: z.string().optional(),
  AssumeRolePolicyDocument: z.record(z.string(), z.unknown()),
  Policies: z.array(z.strictObject({ PolicyName: z.string(), PolicyDocument })).default([]),
  MaxSessionDuration: z.int().optional(),
  Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
});

/** A policy beside the roles that it is for. */
const PolicyProperties = z.strictObject({
  PolicyName: z.string(),
  PolicyDocument,
  Roles: z.array(z.string()).min(1),
});

/** The template's roles, and what each allows. */
export class Roles {
  /** `AWS::IAM::Role` and `AWS::IAM::Policy`. */
  readonly kinds: readonly ResourceKind[];
  readonly #account: string;
  /** By a role's name. */
  readonly #statements = new Map<string, Statement[]>();

  constructor({ account }: Pick<LocalContext, 'account'>) {
    this.#account = account;
    this.kinds = [this.#roleKind(), this.#policyKind()];
  }

  /** What a role allows; a role that the template does not have allows nothing. */
  grantsOf(roleArn: string): Grants {
    const name = roleArn.slice(roleArn.indexOf('/') + 1);
    return new Grants(roleArn === this.#arn(name) ? (this.#statements.get(name) ?? []) : []);
  }

  #arn(name: string): string {
    return `arn:aws:iam::${this.#account}:role/${name}`;
  }

  #allow(role: string, statements: readonly Statement[]): void {
    this.#statements.set(role, [...(this.#statements.get(role) ?? []), ...statements]);
  }

  #roleKind(): ResourceKind {
    return resourceKind({
      type: 'AWS::IAM::Role',
      properties: RoleProperties,
      create: ({ physicalName, properties }) => {
        const name = properties.RoleName ?? physicalName;
        this.#allow(
          name,
          properties.Policies.flatMap((policy) => policy.PolicyDocument.Statement),
        );
        return { ref: name, attributes: { Arn: this.#arn(name), RoleId: `AROA${name}` } };
      },
    });
  }

  #policyKind(): ResourceKind {
    return resourceKind({
      type: 'AWS::IAM::Policy',
      properties: PolicyProperties,
      create: ({ physicalName, properties: { Roles, PolicyDocument } }) => {
        for (const role of Roles) this.#allow(role, PolicyDocument.Statement);
        return { ref: physicalName, attributes: { Id: physicalName } };
      },
    });
  }
}
