import type { z } from 'zod';
import { Configuration } from '../../functions/about/contract.ts';
import { AuditEntry, audit } from '../../functions/audit/contract.ts';
import { ProviderView } from '../../functions/catalogue/contract.ts';
import { Content, documents, Paper } from '../../functions/documents/contract.ts';
import {
  Application,
  Decision,
  eligibility,
  OwnApplication,
} from '../../functions/eligibility/contract.ts';
import { Approval, Enrolment, Enrolments, Waiting } from '../../functions/enrolment/contract.ts';
import { Profile, ProfileInput, Staff, StaffInput } from '../../functions/identity/contract.ts';
import { configuration } from './example-configuration.ts';

/*
 * One invented story: a learner of "Riverside", an area of a region that does not exist. Fields alone have
 * their examples in the contracts; here is what only makes sense together.
 */

const profileInput: z.input<typeof ProfileInput> = {
  name: '김하늘',
  birthDate: '2011-05-14',
  stage: 'middle',
  areaId: 'riverside',
  language: 'ko',
};
const learnerId = 'lrn_3k9d7p2mx5t8w0qz6r4hvc1jbn';
const applicationId = 'app_7w2q4z8ktm0c6x9dr3pnv5hbj1';

const decision: z.input<typeof Decision> = {
  outcome: 'approved',
  policyVersion: 'spring-2026',
  legalBasis: 'Riverside Ordinance 12, article 3',
  findings: [
    {
      rule: 'minimum-age',
      met: true,
      explanation: 'The learner is 14; the programme begins at 6.',
    },
    {
      rule: 'registry-confirms-group',
      met: true,
      explanation: 'The welfare registry confirms "welfare-recipient".',
    },
  ],
  decidedBy: 'registry',
  decidedAt: '2026-03-02T01:15:30.120Z',
};

const submitted = {
  learnerId,
  areaId: 'riverside',
  stage: 'middle',
  submittedAt: '2026-03-02T01:15:29.870Z',
  changedAt: '2026-03-02T01:15:30.120Z',
} as const;

const approved: z.input<typeof Application> = {
  ...submitted,
  applicationId,
  groupId: 'welfare-recipient',
  state: 'approved',
  validUntil: '2027-03-02',
  decision,
};

const waiting: z.input<typeof Application> = {
  ...submitted,
  applicationId: 'app_1b5hvn3prd9x6c0mtk8z4q2w7j',
  groupId: 'out-of-school',
  state: 'waiting',
  waitingFor: 'officer-group',
};

const look: z.input<typeof AuditEntry> = {
  entryId: 'aud_9dr3pnv5hbj17w2q4z8ktm0c6x',
  at: '2026-03-02T04:10:02.310Z',
  actor: { kind: 'staff', staffId: 'stf_5t8w0qz6r4hvc1jbn3k9d7p2mx' },
  action: 'application-read',
  learnerId,
  areaId: 'riverside',
  subjects: [applicationId],
  details: ['approved', 'spring-2026'],
};

const paper: z.input<typeof Paper> = {
  paperId: 'ppr_6r4hvc1jbn3k9d7p2mx5t8w0qz',
  learnerId,
  evidenceId: 'school-letter',
  contentType: 'application/pdf',
  bytes: 204_800,
  sha256: '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
  issuedOn: '2026-02-20',
  expiresOn: '2027-02-19',
  state: 'awaited',
  createdAt: '2026-03-02T01:25:10.002Z',
  dueAt: '2026-03-03T01:25:10.002Z',
};
const papers = 'https://s3.ap-northeast-2.amazonaws.com/papers';

const approval: z.input<typeof Approval> = {
  applicationId,
  policyVersion: 'spring-2026',
  stage: 'middle',
  areaId: 'riverside',
  state: 'holds',
  validUntil: '2027-03-02',
  changedAt: '2026-03-02T01:15:30.120Z',
};

const enrolment: z.input<typeof Enrolment> = {
  enrolmentId: 'enr_9x6c0mtk8z4q2w7j1b5hvn3prd',
  place: 'reading',
  category: 'reading',
  providerId: 'open-shelf',
  accountId: 'acc_0mtk8z4q2w7j1b5hvn3prd9x6c',
  state: 'active',
  chosenAt: '2026-03-02T01:20:04.310Z',
};

const seatWait: z.input<typeof Waiting> = {
  place: 'subject',
  category: 'subject',
  providerId: 'tide-school',
  since: '2026-03-02T01:21:40.007Z',
  position: 4,
};

/** Examples of what answers and requests hold, by the schema that they are examples of. */
export const examplesOf: ReadonlyMap<z.core.$ZodType, readonly unknown[]> = new Map([
  examples(ProfileInput, profileInput),
  examples(Profile, { ...profileInput, learnerId }),
  examples(StaffInput, {
    email: 'officer@riverside.example',
    role: 'officer',
    areaId: 'riverside',
  }),
  examples(Staff, {
    staffId: 'stf_5t8w0qz6r4hvc1jbn3k9d7p2mx',
    role: 'officer',
    areaId: 'riverside',
    state: 'inviting',
  }),
  examples(Decision, decision),
  examples(Application, approved, waiting),
  examples(OwnApplication, approved, waiting),
  examples(AuditEntry, look),
  examples(audit.routes.listEntries.answers.body, { entries: [look] }),
  examples(eligibility.routes.listWaiting.answers.body, {
    applications: [waiting],
    cursor: 'eyJhZnRlciI6ImFwcF8xYjVoIn0',
  }),
  examples(Paper, paper),
  examples(documents.routes.handInPaper.answers.body, {
    paper,
    upload: {
      url: papers,
      fields: {
        key: `quarantine/${learnerId}/${paper.paperId}`,
        'Content-Type': paper.contentType,
        'x-amz-checksum-sha256': paper.sha256,
        Policy: 'eyJleHBpcmF0aW9uIjoi…',
        'X-Amz-Signature': '5d67…',
      },
      until: '2026-03-02T01:35:10.002Z',
    },
  }),
  examples(Content, {
    url: `${papers}/clean/${learnerId}/${paper.paperId}?X-Amz-Expires=60`,
    contentType: 'application/pdf',
    until: '2026-03-02T01:30:44.710Z',
  }),
  examples(ProviderView, {
    providerId: 'open-shelf',
    name: '열린 서가',
    description: '집에서 읽는 전자책 만 권',
    categories: ['reading'],
  }),
  examples(Approval, approval),
  examples(Enrolment, enrolment),
  examples(Waiting, seatWait),
  examples(Enrolments, {
    learnerId,
    approval,
    enrolments: [enrolment],
    waiting: [seatWait],
    switchesLeft: 2,
  }),
  examples(Configuration, configuration),
]);

function examples<Schema extends z.ZodType>(
  schema: Schema,
  ...shown: readonly z.input<Schema>[]
): [z.core.$ZodType, readonly unknown[]] {
  return [schema, shown];
}
