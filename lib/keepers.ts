import { Construct } from 'constructs';
import type { z } from 'zod';
import type { privacyEnvironments } from '../functions/privacy/contract.ts';
import type { CapabilityTable } from './support/capability-table.ts';
import type { StackContext } from './support/context.ts';
import { HandlerFunction } from './support/handler-function.ts';

/** What keepers show and erase, and what goes along with that. */
export interface KeepersProps {
  readonly identity: CapabilityTable;
  readonly audit: CapabilityTable;
  readonly notices: CapabilityTable;
  readonly eligibility: CapabilityTable;
  readonly enrolment: CapabilityTable;
  readonly provisioning: CapabilityTable;
  readonly mentoring: CapabilityTable;
}

/**
 * Seconds that a keeper has: fewer than whoever waits for it, of which the API has the fewest, and so few that a deletion that
 * has just been asked for can wait for each of them in turn. What an erasure does not finish the next one does.
 */
const keeperSeconds = 25;

/**
 * The functions that show and erase what one capability keeps of somebody, each with the code and the rights for that alone;
 * privacy's other functions invoke them (docs/adr/0050-a-capability-shows-and-erases-its-own.md).
 */
export class Keepers extends Construct {
  readonly #mentoring: HandlerFunction;
  readonly #eligibility: HandlerFunction;
  readonly #enrolment: HandlerFunction;

  constructor(scope: Construct, id: string, context: StackContext, props: KeepersProps) {
    super(scope, id);
    this.#mentoring = this.#addMentoring(context, props);
    this.#eligibility = this.#addEligibility(context, props);
    this.#enrolment = this.#addEnrolment(context, props);
  }

  /** By what names whoever asks them finds them. */
  get environment() {
    return {
      MENTORING_KEEPER: this.#mentoring.function.functionName,
      ELIGIBILITY_KEEPER: this.#eligibility.function.functionName,
      ENROLMENT_KEEPER: this.#enrolment.function.functionName,
    };
  }

  /** Lets a function ask all of them. */
  allow(asking: HandlerFunction): void {
    const keepers = [this.#mentoring, this.#eligibility, this.#enrolment];
    asking.allow(
      ['lambda:InvokeFunction'],
      keepers.map((keeper) => keeper.function.functionArn),
    );
  }

  #addMentoring(context: StackContext, { mentoring, notices }: KeepersProps): HandlerFunction {
    const keeper = this.#add('Mentoring', 'privacy/mentoring.job', context, {
      MENTORING_TABLE: mentoring.name,
      NOTICES_TABLE: notices.name,
    } satisfies z.input<typeof privacyEnvironments.mentoring>);
    mentoring.allow(keeper, 'GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem');
    mentoring.allow(keeper, 'DeleteItem', 'ConditionCheckItem');
    // Both sides of a mentorship hear that it has ended.
    notices.allow(keeper, 'PutItem');
    return keeper;
  }

  #addEligibility(context: StackContext, props: KeepersProps): HandlerFunction {
    const { eligibility, identity, audit, notices, mentoring } = props;
    const keeper = this.#add('Eligibility', 'privacy/eligibility.job', context, {
      ELIGIBILITY_TABLE: eligibility.name,
      IDENTITY_TABLE: identity.name,
      AUDIT_TABLE: audit.name,
      NOTICES_TABLE: notices.name,
      MENTORING_TABLE: mentoring.name,
    } satisfies z.input<typeof privacyEnvironments.eligibility>);
    eligibility.allow(keeper, 'GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem');
    // By whose name applications were compared. Nobody is told that one has ended.
    identity.allow(keeper, 'GetItem');
    audit.allow(keeper, 'PutItem');
    allowWeighing(keeper, mentoring);
    return keeper;
  }

  #addEnrolment(context: StackContext, props: KeepersProps): HandlerFunction {
    const { enrolment, provisioning, notices, mentoring } = props;
    const keeper = this.#add('Enrolment', 'privacy/enrolment.job', context, {
      ENROLMENT_TABLE: enrolment.name,
      PROVISIONING_TABLE: provisioning.name,
      NOTICES_TABLE: notices.name,
      MENTORING_TABLE: mentoring.name,
    } satisfies z.input<typeof privacyEnvironments.enrolment>);
    // Whoever leaves is told nothing of their places.
    enrolment.allow(keeper, 'GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem');
    provisioning.allow(keeper, 'GetItem', 'DeleteItem');
    allowWeighing(keeper, mentoring);
    return keeper;
  }

  #add(
    id: string,
    entry: HandlerFunction['entry'],
    context: StackContext,
    environment: Readonly<Record<string, string>>,
  ): HandlerFunction {
    const seconds = keeperSeconds;
    return new HandlerFunction(this, id, context, { entry, environment, seconds, memory: 1024 });
  }
}

/** Weighing whether an open report concerns somebody, and resting on it (edge case 35). */
export function allowWeighing(handler: HandlerFunction, mentoring: CapabilityTable): void {
  mentoring.allow(handler, 'GetItem', 'ConditionCheckItem');
}
