import { Temporal } from 'temporal-polyfill';
import { dayIn } from '../../regions/calendar.ts';
import type { Region } from '../../regions/schema.ts';
import type { Account, Month } from './contract.ts';

/*
 * A seat of a month is used by an account that is there and active at any time of that month (domain.md rows 9 and 35):
 * from when the provider, or a person, said that it is, until we ask for its suspension or its end. The account's row
 * knows up to which month that has been counted, so each seat of a month is counted once.
 */

/** The month that a calendar on the wall shows at a moment in the region. */
export function monthIn(region: Pick<Region, 'timeZone'>, now: Temporal.Instant): Month {
  return dayIn(region, now).toPlainYearMonth().toString();
}

/**
 * The months of its seat that are not counted yet, the present one included; none of an account that is not active. Of one
 * of before 0.2.0, whose row does not say, the present month.
 */
export function uncountedMonths(account: Account | undefined, month: Month): readonly Month[] {
  if (account?.state !== 'present') return [];
  const { seatsCounted = monthBefore(month) } = account;
  return monthsBetween(monthAfter(seatsCounted), month);
}

/** The row with all months up to the present one counted. */
export function counted(account: Account, month: Month): Account {
  const { seatsCounted = month } = account;
  return { ...account, seatsCounted: seatsCounted > month ? seatsCounted : month };
}

/** The row as a step leaves it: of an account that became active nothing before this month is left to count. */
export function seated(account: Account, month: Month): Account {
  return account.state === 'present' ? counted(account, monthBefore(month)) : account;
}

/**
 * The day whose count is due: from one o'clock on its own, when whatever was written the day before has reached the index;
 * until then the day before.
 */
export function dayToCount(region: Pick<Region, 'timeZone'>, now: Temporal.Instant): string {
  return dayIn(region, now.subtract({ hours: 1 })).toString();
}

/** The months from the first to the last, both included; none where the last is before the first. */
export function monthsBetween(first: Month, last: Month): Month[] {
  const begin = Temporal.PlainYearMonth.from(first);
  const { months } = begin.until(last, { largestUnit: 'month' });
  return Array.from({ length: Math.max(0, months + 1) }, (_, later) =>
    begin.add({ months: later }).toString(),
  );
}

const monthAfter = (month: Month) =>
  Temporal.PlainYearMonth.from(month).add({ months: 1 }).toString();
const monthBefore = (month: Month) =>
  Temporal.PlainYearMonth.from(month).subtract({ months: 1 }).toString();
