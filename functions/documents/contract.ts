import * as z from 'zod';
import { AuditTable } from '../audit/contract.ts';
import { ActingFor, IdentityTable, LearnerId, MentorId } from '../identity/contract.ts';
import { contract } from '../runtime/route.ts';
import {
  Content,
  LearnerPaper,
  MentorPaper,
  Paper,
  PaperId,
  PaperInput,
  Upload,
} from './paper.contract.ts';

export {
  Content,
  ContentType,
  contentTypes,
  fileKey,
  LearnerPaper,
  MentorPaper,
  type Owner,
  type OwnerId,
  ownerIdOf,
  ownerOf,
  Paper,
  PaperId,
  PaperInput,
  PaperState,
  paperAt,
  prefixes,
  RefusedBecause,
  Upload,
  type Whose,
} from './paper.contract.ts';

/** How keys of owners' rows begin in the table: the stream hands these on. */
export const ownerKeyPrefixes = { learner: 'LEARNER#', mentor: 'MENTOR#' } as const;

/** Papers by the moment at which they are deleted; every paper has one. */
export const dueIndex = { name: 'due', partition: 'dueLot', sort: 'dueAt' } as const;

export const DocumentsTable = z.object({ DOCUMENTS_TABLE: z.string().min(1) });
const PapersBucket = z.object({ PAPERS_BUCKET: z.string().min(1) });

/** What each function of this capability is deployed with. */
export const documentsEnvironments = {
  api: DocumentsTable.extend({
    ...PapersBucket.shape,
    ...IdentityTable.shape,
    ...AuditTable.shape,
  }),
  scan: DocumentsTable.extend({
    ...PapersBucket.shape,
    QUEUE_URL: z.string().min(1),
    /** The name of the secret that holds address and key of the region's scanner. */
    SCANNER_SECRET: z.string().min(1),
  }),
  erase: PapersBucket,
  expiry: DocumentsTable,
};

/** The secret's value: where the scanner answers, and the key that opens it. */
export const ScannerAccess = z.strictObject({ url: z.url(), key: z.string().min(1) });
export type ScannerAccess = z.infer<typeof ScannerAccess>;

/** What S3 tells the queue: objects that were made, or once, that it will. */
export const UploadEvent = z.union([
  z.looseObject({ Event: z.literal('s3:TestEvent') }).transform(() => []),
  z
    .looseObject({
      Records: z.array(
        z.looseObject({
          s3: z.looseObject({
            // As in a form; an object of another key than ours is nobody's paper.
            object: z.looseObject({ key: z.string(), versionId: z.string() }),
          }),
        }),
      ),
    })
    .transform(({ Records }) => Records.map(({ s3: { object } }) => object)),
]);

/** Whose papers a request is about, of all who a login may be. */
export const ActingAs = ActingFor.extend({
  as: z.enum(['learner', 'mentor']).default('learner').meta({
    description: 'As `mentor` your own papers as a mentor, and `learnerId` says nothing',
  }),
});
export type ActingAs = z.infer<typeof ActingAs>;

const own = { access: { pool: 'public' }, query: ActingAs } as const;
const staffAccess = { pool: 'staff', roles: ['officer', 'administrator'] } as const;
const params = z.strictObject({
  paperId: PaperId.meta({ description: 'The paper, as a list of them names it' }),
});
const ofMentor = z.strictObject({
  mentorId: MentorId.meta({ description: 'Whose paper, as the list of mentors names them' }),
});
const vetting = { pool: 'staff', roles: ['coordinator', 'administrator'] } as const;
const ofLearner = z.strictObject({
  learnerId: LearnerId.meta({ description: 'Whose paper, as the application names the learner' }),
});

export const documents = contract({
  name: 'documents',
  summary: 'Papers that people hand in: quarantined, scanned, seen by few, deleted in time',
  routes: {
    handInPaper: {
      ...own,
      method: 'POST',
      path: '/me/papers',
      summary: 'Announce a paper, and learn how to upload it',
      description:
        'Send the file to `upload.url` as `multipart/form-data`: all of `upload.fields`, then the file as the field `file`. It stays in quarantine until it is scanned; `GET /me/papers` tells how that ended.',
      body: PaperInput,
      answers: { status: 201, body: z.strictObject({ paper: Paper, upload: Upload }) },
      refusals: {
        404: ['no-profile', 'not-a-mentor'],
        409: ['papers-awaited', 'papers-complete'],
        422: [
          'consent-withdrawn',
          'paper-too-large',
          'issued-in-future',
          'no-such-evidence',
          'idempotency-key-reused',
        ],
      },
    },
    listMyPapers: {
      ...own,
      method: 'GET',
      path: '/me/papers',
      summary: 'Your papers, newest first',
      answers: { status: 200, body: z.strictObject({ papers: z.array(Paper) }) },
      refusals: { 404: ['no-profile', 'not-a-mentor'] },
    },
    deleteMyPaper: {
      ...own,
      method: 'DELETE',
      path: '/me/papers/{paperId}',
      summary: 'Delete a paper of yours',
      description:
        'At once and for good. Deleting it twice changes nothing. A paper of a mentor that was found clean is deleted by its date only.',
      params,
      answers: { status: 204 },
      refusals: { 404: ['no-profile', 'not-a-mentor'], 409: ['paper-kept'] },
    },
    readMyPaper: {
      ...own,
      method: 'GET',
      path: '/me/papers/{paperId}/content',
      summary: 'Where a clean paper of yours can be read, for a minute',
      params,
      answers: { status: 200, body: Content },
      refusals: { 404: ['no-profile', 'not-a-mentor', 'no-such-paper'] },
    },
    listPapers: {
      method: 'GET',
      path: '/papers',
      access: staffAccess,
      summary: 'The clean papers of a learner in your area, newest first',
      description: 'Each look is recorded.',
      query: ofLearner,
      answers: { status: 200, body: z.strictObject({ papers: z.array(LearnerPaper) }) },
      refusals: { 403: ['no-staff-record'], 404: ['no-such-learner'] },
    },
    readPaper: {
      method: 'GET',
      path: '/papers/{paperId}/content',
      access: staffAccess,
      summary: 'Where a clean paper can be read, for a minute',
      description: 'Each look is recorded.',
      params,
      query: ofLearner,
      answers: { status: 200, body: Content },
      refusals: { 403: ['no-staff-record'], 404: ['no-such-learner', 'no-such-paper'] },
    },
    listPapersOfMentor: {
      method: 'GET',
      path: '/mentors/{mentorId}/papers',
      access: vetting,
      summary: 'The clean papers of a mentor, newest first',
      description: 'For those who serve the whole region, as mentors do. Each look is recorded.',
      params: ofMentor,
      answers: { status: 200, body: z.strictObject({ papers: z.array(MentorPaper) }) },
      refusals: { 403: ['no-staff-record', 'whole-region-only'], 404: ['no-such-mentor'] },
    },
    readPaperOfMentor: {
      method: 'GET',
      path: '/mentors/{mentorId}/papers/{paperId}/content',
      access: vetting,
      summary: 'Where a clean paper of a mentor can be read, for a minute',
      description: 'Each look is recorded.',
      params: ofMentor.extend(params.shape),
      answers: { status: 200, body: Content },
      refusals: {
        403: ['no-staff-record', 'whole-region-only'],
        404: ['no-such-mentor', 'no-such-paper'],
      },
    },
  },
});
