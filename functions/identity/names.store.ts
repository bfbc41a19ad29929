import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import { documents } from '../runtime/dynamodb.ts';
import { Busy } from '../runtime/errors.ts';
import { type LearnerId, type MentorId, MentorPerson, Profile } from './contract.ts';
import { learnerKey } from './rows.store.ts';

const Learner = Profile.pick({ learnerId: true, name: true, language: true, stage: true });
const Mentor = MentorPerson;

/** What people are called, by their ids; whoever is not there any more is left out. */
export interface Names {
  readonly learners: ReadonlyMap<LearnerId, ReturnType<typeof Learner.parse>>;
  readonly mentors: ReadonlyMap<MentorId, MentorPerson>;
}

/** Rows that DynamoDB hands out in one request. */
const atOnce = 100;
/** Attempts before a caller is told to come back. */
const attempts = 5;

/** Reads of many people at once, for lists of them; `table` is the identity table's name. */
export function namesStore(table: string) {
  /**
   * Learners and mentors by their ids. Capacity: 1 read unit for each, in a request for every 100.
   *
   * @throws {Busy} the table is throttled: none is left out silently
   */
  async function namesOf(
    learnerIds: Iterable<LearnerId>,
    mentorIds: Iterable<MentorId>,
  ): Promise<Names> {
    const keys = [
      ...[...new Set(learnerIds)].map((id) => ({ pk: learnerKey(id), sk: 'PROFILE' })),
      ...[...new Set(mentorIds)].map((id) => ({ pk: `MENTOR#${id}`, sk: 'PERSON' })),
    ];
    const pages = Array.from({ length: Math.ceil(keys.length / atOnce) }, (_, page) =>
      readAll(keys.slice(page * atOnce, (page + 1) * atOnce)),
    );
    const items = (await Promise.all(pages)).flat();
    const found = (sk: string) => items.filter((item) => item['sk'] === sk);
    return {
      learners: new Map(
        found('PROFILE').map((item) => {
          const { learnerId, name, language, stage } = item;
          const learner = Learner.parse({ learnerId, name, language, stage });
          return [learner.learnerId, learner];
        }),
      ),
      mentors: new Map(
        found('PERSON').map((item) => {
          const { mentorId, name, language, timeZone } = item;
          const mentor = Mentor.parse({ mentorId, name, language, timeZone });
          return [mentor.mentorId, mentor];
        }),
      ),
    };
  }

  async function readAll(keys: readonly Record<string, unknown>[]) {
    const found: Record<string, unknown>[] = [];
    let Keys = [...keys];
    for (let attempt = 0; attempt < attempts && Keys.length > 0; attempt += 1) {
      const { Responses, UnprocessedKeys } = await documents.send(
        new BatchGetCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } }),
      );
      found.push(...(Responses?.[table] ?? []));
      Keys = UnprocessedKeys?.[table]?.Keys ?? [];
    }
    if (Keys.length > 0) throw new Busy();
    return found;
  }

  return { namesOf };
}
