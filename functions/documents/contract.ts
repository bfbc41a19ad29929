import * as z from 'zod';
import { EvidenceId } from '../../regions/schema.ts';
import { AuditTable } from '../audit/contract.ts';
import { ActingFor, IdentityTable, LearnerId } from '../identity/contract.ts';
import { idSchema } from '../runtime/ids.ts';
import { contract } from '../runtime/route.ts';

export const PaperId = idSchema<'PaperId'>('ppr');
export type PaperId = z.infer<typeof PaperId>;

/** What a paper may be: what every scanner writes and every browser shows. */
export const contentTypes = ['application/pdf', 'image/jpeg', 'image/png'] as const;
export const ContentType = z.enum(contentTypes);
export type ContentType = z.infer<typeof ContentType>;

/**
 * Where a paper stands. Only a `clean` one is ever shown to anybody; `clean` and `refused` are for good: whoever
 * has another scan of the same paper hands it in as another.
 */
export const PaperState = z.enum([
  /** Announced; nothing has been uploaded yet. */
  'awaited',
  /** Uploaded; nobody has judged it yet. */
  'quarantined',
  'clean',
  /** Deleted again, for `refusedBecause`. */
  'refused',
]);
export type PaperState = z.infer<typeof PaperState>;

/** Why an upload was deleted. */
export const RefusedBecause = z.enum(['infected', 'wrong-type', 'too-large', 'checksum']);
export type RefusedBecause = z.infer<typeof RefusedBecause>;

/** The SHA-256 of the bytes in base 64, as S3 writes it in `x-amz-checksum-sha256`. */
const Sha256 = z
  .string()
  .regex(/^[A-Za-z0-9+/]{43}=$/, 'the SHA-256 of the file in base 64, 44 characters')
  .meta({ examples: ['47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='] });

const Moment = z.iso.datetime().meta({ examples: ['2026-03-02T01:15:29.870Z'] });
const LastDay = z.iso.date().meta({ examples: ['2026-06-13'] });

/** What a learner says of a paper before it is uploaded. A file's name says who it is about: none is taken. */
export const PaperInput = z.strictObject({
  evidenceId: EvidenceId,
  contentType: ContentType,
  bytes: z
    .int()
    .min(1)
    .meta({ description: 'The size of the file', examples: [204_800] }),
  sha256: Sha256,
  issuedOn: z.iso.date().meta({
    description: 'The day of issue that the paper itself shows',
    examples: ['2026-02-20'],
  }),
});
export type PaperInput = z.infer<typeof PaperInput>;

export const Paper = PaperInput.extend({
  paperId: PaperId,
  learnerId: LearnerId,
  state: PaperState,
  /** Only with `refused`. */
  refusedBecause: RefusedBecause.optional(),
  /** The last day on which it is valid; none: for good. */
  expiresOn: LastDay.optional(),
  createdAt: Moment,
  /** When it is deleted, unless a decision comes. */
  dueAt: Moment,
  /** The latest decision that could rest on it, from which `dueAt` counts. */
  decidedAt: Moment.optional(),
});
export type Paper = z.infer<typeof Paper>;

/** How to upload: a form with these fields in any order, and last the file as the field `file`. */
export const Upload = z.strictObject({
  url: z.url().meta({ examples: ['https://s3.ap-northeast-2.amazonaws.com/papers'] }),
  fields: z.record(z.string(), z.string()),
  /** The form is taken until then. */
  until: Moment,
});
export type Upload = z.infer<typeof Upload>;

/** Where a paper is read, by anyone who has the address, until a moment. */
export const Content = z.strictObject({
  url: z.url().meta({ examples: ['https://s3.ap-northeast-2.amazonaws.com/papers/clean/paper'] }),
  contentType: ContentType,
  until: Moment,
});
export type Content = z.infer<typeof Content>;

/** The prefixes of the bucket: what nobody has judged, and what may be seen. */
export const prefixes = { quarantine: 'quarantine/', clean: 'clean/' } as const;

/** Which paper: it is found by its learner, so that nobody can find another's. */
export interface Whose {
  readonly learnerId: LearnerId;
  readonly paperId: PaperId;
}

/** Where a paper's file lies, by the prefix that says what is known of it. Its name is nobody's. */
export const fileKey = (prefix: keyof typeof prefixes, { learnerId, paperId }: Whose) =>
  `${prefixes[prefix]}${learnerId}/${paperId}`;

const FileKey = z
  .templateLiteral([prefixes.quarantine, z.string(), '/', z.string()])
  .transform((key) => key.slice(prefixes.quarantine.length).split('/'))
  .pipe(z.tuple([LearnerId, PaperId]));

/** Whose upload a key of the quarantine is; undefined where it is no paper's. */
export function paperAt(key: string): Whose | undefined {
  const parsed = FileKey.safeParse(key);
  return parsed.success ? { learnerId: parsed.data[0], paperId: parsed.data[1] } : undefined;
}

/** How keys of learners' rows begin in the table: the stream hands these on. */
export const learnerKeyPrefix = 'LEARNER#';

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

const own = { access: { pool: 'public' }, query: ActingFor } as const;
const staffAccess = { pool: 'staff', roles: ['officer', 'administrator'] } as const;
const params = z.strictObject({
  paperId: PaperId.meta({ description: 'The paper, as a list of them names it' }),
});
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
        404: ['no-profile'],
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
      refusals: { 404: ['no-profile'] },
    },
    deleteMyPaper: {
      ...own,
      method: 'DELETE',
      path: '/me/papers/{paperId}',
      summary: 'Delete a paper of yours',
      description: 'At once and for good. Deleting it twice changes nothing.',
      params,
      answers: { status: 204 },
      refusals: { 404: ['no-profile'] },
    },
    readMyPaper: {
      ...own,
      method: 'GET',
      path: '/me/papers/{paperId}/content',
      summary: 'Where a clean paper of yours can be read, for a minute',
      params,
      answers: { status: 200, body: Content },
      refusals: { 404: ['no-profile', 'no-such-paper'] },
    },
    listPapers: {
      method: 'GET',
      path: '/papers',
      access: staffAccess,
      summary: 'The clean papers of a learner in your area, newest first',
      description: 'Each look is recorded.',
      query: ofLearner,
      answers: { status: 200, body: z.strictObject({ papers: z.array(Paper) }) },
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
  },
});
