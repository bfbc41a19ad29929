import * as z from 'zod';
import {
  LearnerPaper,
  MentorPaper,
  type OwnerId,
  ownerIdOf,
  ownerKeyPrefixes,
  type Paper,
  type Whose,
} from './contract.ts';

const keys = {
  pk: z.string(),
  sk: z.string(),
  /** Rises with each change: what a change was decided on is the condition of its write. */
  version: z.int().min(1),
  dueLot: z.string(),
};
export const PaperRow = z.union([LearnerPaper.extend(keys), MentorPaper.extend(keys)]);

/** A paper, and the version of its row. */
export interface Versioned {
  readonly paper: Paper;
  readonly version: number;
}

/** The partition of what is kept of an owner. */
const partitionOf = (ownerId: OwnerId) =>
  // The prefix of an id says whose it is.
  (ownerId.startsWith('mnt_') ? ownerKeyPrefixes.mentor : ownerKeyPrefixes.learner) + ownerId;

/** How many papers someone has, beside them: the row that bounds them. */
export const folderKey = (ownerId: OwnerId) => ({
  pk: partitionOf(ownerId),
  sk: 'FOLDER' as const,
});

/** How sort keys of papers begin. */
export const paperKeyPrefix = 'PAPER#';

export const paperKey = (whose: Whose) => ({
  pk: partitionOf(ownerIdOf(whose)),
  sk: paperKeyPrefix + whose.paperId,
});

/** Partitions of the index of what is due, so that no one of them takes every write of an opening day. */
export const dueLots = ['0', '1', '2', '3'] as const;

/** A paper as its row. */
export function paperRow(paper: Paper, version: number): z.input<typeof PaperRow> {
  const { paperId } = paper;
  // Ids are random, so they spread evenly.
  const dueLot = String((paperId.codePointAt(paperId.length - 1) ?? 0) % dueLots.length);
  return { ...paperKey(paper), ...paper, version, dueLot };
}

/** A paper's row, from the table, its index or its stream. */
export function readPaper(item: Record<string, unknown>): Versioned {
  const { pk, sk, version, dueLot, ...paper } = PaperRow.parse(item);
  return { paper, version };
}

/** Whether a row of the table is a paper. */
export const isPaper = ({ sk }: Record<string, unknown>) =>
  typeof sk === 'string' && sk.startsWith(paperKeyPrefix);
