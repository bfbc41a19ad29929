import * as z from 'zod';
import { ProviderId } from '../../regions/schema.ts';

/** Learners whose accounts at a provider are not yet as they should be, parked or not. */
export const Waiting = z.strictObject({
  learners: z.int().min(1),
  /** Since when whoever has waited for longest does. */
  since: z.iso.datetime(),
});
export type Waiting = z.infer<typeof Waiting>;

/** For whom learners wait: of providers for whom nobody does it says nothing. */
export const WaitingFor = z.partialRecord(ProviderId, Waiting);
export type WaitingFor = z.infer<typeof WaitingFor>;

/** As the sweep counted last. */
export const WaitingCount = z.strictObject({
  countedAt: z.iso.datetime(),
  providers: WaitingFor,
});
export type WaitingCount = z.infer<typeof WaitingCount>;
