import * as z from 'zod';
import { EvidenceId } from '../../regions/schema.ts';
import { LearnerId, MentorId } from '../identity/contract.ts';
import { idSchema } from '../runtime/ids.ts';

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

/** What someone says of a paper before it is uploaded. A file's name says who it is about: none is taken. */
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

const KeptPaper = PaperInput.extend({
  paperId: PaperId,
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

/** What a learner handed in for an application. */
export const LearnerPaper = KeptPaper.extend({ learnerId: LearnerId });
export type LearnerPaper = z.infer<typeof LearnerPaper>;
/** What a mentor handed in to be vetted. */
export const MentorPaper = KeptPaper.extend({ mentorId: MentorId });
export const Paper = z.union([LearnerPaper, MentorPaper]);
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

/** Whose a paper is: a learner's or a mentor's. Someone who is both has the papers of each apart. */
export type Owner = { readonly learnerId: LearnerId } | { readonly mentorId: MentorId };

/** Which paper: it is found by its owner, so that nobody can find another's. */
export type Whose = Owner & { readonly paperId: PaperId };

/** An owner, and nothing else of what comes along. */
export const ownerOf = (whose: Owner): Owner =>
  'mentorId' in whose ? { mentorId: whose.mentorId } : { learnerId: whose.learnerId };

/** What an owner is known by. */
export type OwnerId = LearnerId | MentorId;

export const ownerIdOf = (owner: Owner): OwnerId =>
  'mentorId' in owner ? owner.mentorId : owner.learnerId;

/** Where a paper's file lies, by the prefix that says what is known of it. Its name is nobody's. */
export const fileKey = (prefix: keyof typeof prefixes, whose: Whose) =>
  `${prefixes[prefix]}${ownerIdOf(whose)}/${whose.paperId}`;

const OwnerKey = z.union([
  LearnerId.transform((learnerId) => ({ learnerId })),
  MentorId.transform((mentorId) => ({ mentorId })),
]);

const FileKey = z
  .templateLiteral([prefixes.quarantine, z.string(), '/', z.string()])
  .transform((key) => key.slice(prefixes.quarantine.length).split('/'))
  .pipe(z.tuple([OwnerKey, PaperId]));

/** Whose upload a key of the quarantine is; undefined where it is no paper's. */
export function paperAt(key: string): Whose | undefined {
  const parsed = FileKey.safeParse(key);
  return parsed.success ? { ...parsed.data[0], paperId: parsed.data[1] } : undefined;
}
