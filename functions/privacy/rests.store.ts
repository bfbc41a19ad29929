import { weighedHoldStore } from '../mentoring/weighed-hold.store.ts';
import type { Rests } from '../runtime/erasing.ts';
import type { Subject } from './deletion.contract.ts';
import { idsOf } from './deletion.rules.ts';

/** What deletions rest on: that no open report concerns whoever leaves (edge case 35). `table` is the mentoring table's name. */
export function restsStore(table: string) {
  const holds = weighedHoldStore(table);

  /**
   * The checks that go into each transaction of somebody's deletion; undefined where an open report concerns them. Capacity: as
   * `weigh`, for each that they are.
   *
   * @param judgedAt - as `weighedHoldStore` has it
   */
  async function restsOf(
    subject: Subject,
    judgedAt: string | undefined,
  ): Promise<Rests | undefined> {
    const weighed = await Promise.all(idsOf(subject).map((id) => holds.weigh(id, judgedAt)));
    return weighed.some(({ isHeld }) => isHeld) ? undefined : weighed.map(({ rest }) => rest);
  }

  return { restsOf };
}
