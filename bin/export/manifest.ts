import * as z from 'zod';
import { AreaId, ProviderId } from '../../regions/schema.ts';
import { capabilities, poolNames } from './holdings.ts';

const Count = z.int().min(0);
/** MD5 of a file, in base 64, as S3 and DynamoDB name it. */
const Md5 = z.base64().length(24);

/** A file of an export: its key in the bucket, whole. */
const File = z.strictObject({ key: z.string().min(1), items: Count, md5: Md5 });
export type ExportedFile = z.infer<typeof File>;

/** Names the shape of what follows; a release that writes another says so by another. */
export const format = 'ladder-export-1';

/** What an export is of: all of a region, or the areas of a partner of it. */
const Scope = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('region') }),
  z.strictObject({
    kind: z.literal('partner'),
    partner: z.string(),
    areas: z.array(AreaId).min(1),
  }),
]);
export type Scope = z.infer<typeof Scope>;

/**
 * What an export holds, written when all of it is there: an export without a manifest is none. It names no person; the
 * files that it names do.
 */
export const Manifest = z.strictObject({
  format: z.literal(format),
  regionId: z.string().min(1),
  /** The release that the region ran. */
  version: z.string(),
  /** How many migrations of data that release knows. */
  dataLevel: Count,
  /** The moment that the rows are of; papers and logins were read later. */
  moment: z.iso.datetime(),
  scope: Scope,
  /** What the rows may name: whoever restores needs them in the region file. */
  areas: z.array(AreaId),
  providers: z.array(ProviderId),
  tables: z.array(
    z.strictObject({ capability: z.enum(capabilities), items: Count, files: z.array(File) }),
  ),
  papers: z.strictObject({ count: Count, list: File }),
  logins: z.strictObject({ count: Count, list: File }),
  /** Whom the ledger of deletions named; of a partner's part, only its own people. */
  deletions: z.strictObject({ count: Count, list: File }).optional(),
  /** Where deletions since are noted: whoever restores applies them again (edge case 37). */
  ledger: z.string().optional(),
});
export type Manifest = z.infer<typeof Manifest>;

/** An export that was begun: which moment all tables are exported at, and what DynamoDB calls their exports. */
export const Begun = z.strictObject({
  format: z.literal(format),
  regionId: z.string().min(1),
  moment: z.iso.datetime(),
  begunAt: z.iso.datetime(),
  exports: z.partialRecord(z.enum(capabilities), z.string()),
});
export type Begun = z.infer<typeof Begun>;

/** A login, so that it can be made again in another pool. */
export const Login = z.strictObject({
  pool: z.enum(poolNames),
  sub: z.string().min(1),
  /** Verified: the only thing by which whoever restores knows the person again. */
  email: z.email(),
  enabled: z.boolean(),
  /** Roles of staff. */
  groups: z.array(z.string()),
});
export type Login = z.infer<typeof Login>;

/** A paper's file. */
export const PaperFile = z.strictObject({
  /** In the bucket of papers. */
  key: z.string(),
  /** In the export. */
  copy: z.string(),
  size: Count,
  /** Of the paper, and of its copy: a bucket with a key of its own gives others. */
  etag: z.string(),
  copyEtag: z.string(),
});
export type PaperFile = z.infer<typeof PaperFile>;

export const names = {
  manifest: 'manifest.json',
  begun: 'begun.json',
  papers: 'papers.ndjson.gz',
  logins: 'logins.ndjson.gz',
  deletions: 'deletions.ndjson.gz',
  paperFolder: 'papers/',
} as const;
