import type { Code } from 'aws-cdk-lib/aws-lambda';
import { CfnOutput, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { about } from '../functions/about/contract.ts';
import { audit } from '../functions/audit/contract.ts';
import { catalogue } from '../functions/catalogue/contract.ts';
import { documents } from '../functions/documents/contract.ts';
import { eligibility } from '../functions/eligibility/contract.ts';
import { enrolment } from '../functions/enrolment/contract.ts';
import { identity } from '../functions/identity/contract.ts';
import { mentoring } from '../functions/mentoring/contract.ts';
import type { Region } from '../regions/schema.ts';
import { About } from './about.ts';
import { Api } from './api.ts';
import { Audit } from './audit.ts';
import { Catalogue } from './catalogue.ts';
import { Documents } from './documents.ts';
import { Eligibility } from './eligibility.ts';
import { Enrolment } from './enrolment.ts';
import { Identity } from './identity.ts';
import { Mentoring } from './mentoring.ts';
import { Notices } from './notices.ts';
import { PublicPool, StaffPool } from './pools.ts';
import { Provisioning } from './provisioning.ts';
import { Alarms } from './support/alarms.ts';
import type { HandlerEntry } from './support/entries.ts';

export interface RegionStackProps {
  readonly region: Region;
  readonly codeOf: (entry: HandlerEntry) => Code;
}

/** A region: everything that one region file deploys. Wiring only; each capability is a construct of its own. */
export class RegionStack extends Stack {
  constructor(scope: Construct, { region, codeOf }: RegionStackProps) {
    const stackName = `ladder-${region.id}`;
    super(scope, 'Region', {
      stackName,
      description: `Ladder: the education-welfare region "${region.id}"`,
      // The account is whoever deploys; the AWS region is where the region's data has to stay.
      env: { region: region.deployment.awsRegion },
      terminationProtection: true,
    });
    const alarms = new Alarms(this, 'Alarms', stackName);
    alarms.whenThrottled();
    const context = { region, alarms, codeOf };

    const publicPool = new PublicPool(this, 'PublicPool', region);
    const staffPool = new StaffPool(this, 'StaffPool', region);
    const api = new Api(this, 'Api', context, { publicPool, staffPool });

    const trail = new Audit(this, 'Audit');
    const mail = new Notices(this, 'Notices', context);
    const who = new Identity(this, 'Identity', context, {
      audit: trail.table,
      notices: mail.table,
      publicPool,
      staffPool,
    });
    mail.addMail(publicPool, who.table);
    const before = { identity: who.table, audit: trail.table };
    const papers = new Documents(this, 'Documents', context, before);
    const mayJoin = new Eligibility(this, 'Eligibility', context, {
      ...before,
      notices: mail.table,
      documents: papers.table,
    });
    const tables = { identity: who.table, eligibility: mayJoin.table };
    const choices = new Catalogue(this, 'Catalogue', context, { ...tables, audit: trail.table });
    const places = new Enrolment(this, 'Enrolment', context, {
      ...tables,
      notices: mail.table,
    });
    new Provisioning(this, 'Provisioning', context, places.table);
    const meetings = new Mentoring(this, 'Mentoring', context, {
      ...tables,
      audit: trail.table,
      notices: mail.table,
      documents: papers.table,
    });
    const self = new About(this, 'About', context, { publicPool, staffPool });

    api.serve(identity, who.api);
    api.serve(audit, trail.addApi(context, who.table));
    api.serve(documents, papers.api);
    api.serve(eligibility, mayJoin.api);
    api.serve(catalogue, choices.api);
    api.serve(enrolment, places.api);
    api.serve(mentoring, meetings.api);
    api.serve(about, self.api);

    this.#addOutputs({
      ApiUrl: api.url,
      PublicPoolId: publicPool.pool.userPoolId,
      PublicClientId: publicPool.client.userPoolClientId,
      StaffPoolId: staffPool.pool.userPoolId,
      StaffClientId: staffPool.client.userPoolClientId,
      AlarmTopic: alarms.topic.topicArn,
    });
  }

  #addOutputs(outputs: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
