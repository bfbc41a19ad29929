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
import { launch } from '../functions/launch/contract.ts';
import { mentoring } from '../functions/mentoring/contract.ts';
import { privacy } from '../functions/privacy/contract.ts';
import { provisioning } from '../functions/provisioning/contract.ts';
import type { Region } from '../regions/schema.ts';
import { About } from './about.ts';
import { Api } from './api.ts';
import { Audit } from './audit.ts';
import { Catalogue } from './catalogue.ts';
import { Dashboard } from './dashboard.ts';
import { Documents } from './documents.ts';
import { Eligibility } from './eligibility.ts';
import { Enrolment } from './enrolment.ts';
import { Identity } from './identity.ts';
import { Keys } from './keys.ts';
import { Launch } from './launch.ts';
import { Mentoring } from './mentoring.ts';
import { Notices } from './notices.ts';
import { Operation } from './operation.ts';
import { PoolFirewall } from './pool-firewall.ts';
import { PublicPool, StaffPool } from './pools.ts';
import { Privacy } from './privacy.ts';
import { Provisioning } from './provisioning.ts';
import { Alarms } from './support/alarms.ts';
import { asciiTemplate } from './support/ascii-template.ts';
import { CapabilityTable } from './support/capability-table.ts';
import type { HandlerEntry } from './support/entries.ts';
import { Serving } from './support/serving.ts';
import { version } from './version.ts';

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
      synthesizer: asciiTemplate(),
      description: `Ladder: the education-welfare region "${region.id}"`,
      // The account is whoever deploys; the AWS region is where the region's data has to stay.
      env: { region: region.deployment.awsRegion },
      terminationProtection: true,
    });
    Keys.addTo(this, region);
    const alarms = new Alarms(this, 'Alarms', stackName);
    alarms.whenThrottled();
    const serving = new Serving(this);
    const context = { region, alarms, serving, codeOf };

    const publicPool = new PublicPool(this, 'PublicPool', region);
    const staffPool = new StaffPool(this, 'StaffPool', region);
    const { firewall } = region.deployment;
    if (firewall !== undefined)
      new PoolFirewall(this, 'PoolFirewall', region, { publicPool, staffPool }, firewall);
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
    const accounts = new Provisioning(this, 'Provisioning', context, {
      ...before,
      enrolment: places.table,
    });
    const waysIn = new Launch(this, 'Launch', context, {
      identity: who.table,
      enrolment: places.table,
      provisioning: accounts.table,
      audit: trail.table,
      secretArns: accounts.secretArns,
    });
    const meetings = new Mentoring(this, 'Mentoring', context, {
      ...tables,
      audit: trail.table,
      notices: mail.table,
      documents: papers.table,
    });
    const ownData = new Privacy(this, 'Privacy', context, {
      ...tables,
      publicPool,
      audit: trail.table,
      notices: mail.table,
      documents: papers.table,
      papers: papers.files,
      enrolment: places.table,
      provisioning: accounts.table,
      mentoring: meetings.table,
    });
    const upkeep = new Operation(this, 'Operation', context, {
      migrated: { ...tables, provisioning: accounts.table, mentoring: meetings.table },
      apiUrl: api.url,
    });
    const self = new About(this, 'About', context, { publicPool, staffPool });

    api.serve(identity, who.api);
    api.serve(audit, trail.addApi(context, who.table));
    api.serve(documents, papers.api);
    api.serve(eligibility, mayJoin.api);
    api.serve(catalogue, choices.api);
    api.serve(enrolment, places.api);
    api.serve(provisioning, accounts.api);
    api.serve(launch, waysIn.api);
    api.serve(mentoring, meetings.apis);
    api.serve(privacy, ownData.api);
    api.serve(about, self.api);

    const pools = { public: publicPool, staff: staffPool };
    const dashboard = new Dashboard(this, 'Dashboard', context, { apiId: api.id, pools });
    this.#addOutputs({
      ApiUrl: api.url,
      PublicPoolId: publicPool.pool.userPoolId,
      PublicClientId: publicPool.client.userPoolClientId,
      StaffPoolId: staffPool.pool.userPoolId,
      StaffClientId: staffPool.client.userPoolClientId,
      AlarmTopic: alarms.topic.topicArn,
      MigrationFunction: upkeep.migrationFunction,
      DeletionFunction: ownData.deletionFunction,
      OperatorFunction: accounts.operatorFunction,
      Version: version,
      DashboardUrl: dashboard.url,
      PapersBucket: papers.bucketName,
      LedgerBucket: ownData.ledger.name,
      ...(api.edge === undefined ? {} : { ApiTarget: api.edge.target }),
      ...this.#tableNames(),
    });
  }

  get #tables(): readonly CapabilityTable[] {
    return this.node.findAll().filter((found) => found instanceof CapabilityTable);
  }

  /** What holds a region's rows, by which they are exported and restored: `Table<Capability>`. */
  #tableNames(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      this.#tables.map((table) => [`Table${table.capability}`, table.name]),
    );
  }

  #addOutputs(outputs: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
