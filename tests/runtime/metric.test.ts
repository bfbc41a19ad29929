import { describe, expect, it } from 'vitest';
import {
  type Application,
  ApplicationState,
} from '../../functions/eligibility/application.contract.ts';
import { tallyOf as tallyOfApplication } from '../../functions/eligibility/tally.rules.ts';
import type { Places } from '../../functions/enrolment/contract.ts';
import { tallyOf as tallyOfPlaces } from '../../functions/provisioning/tally.rules.ts';
import { metrics } from '../../functions/runtime/metric-names.ts';

describe('given an application that changed', () => {
  // The rule looks at nothing but the state.
  const inState = (state: ApplicationState) => ({ state }) as Application;

  it.each(ApplicationState.options)(
    'when it came to be %s, then it counts as one such',
    (state) => {
      const [name = '', ...others] = Object.keys(tallyOfApplication(undefined, inState(state)));
      expect(others).toEqual([]);
      expect(name.toLowerCase()).toBe(`applications${state}`);
      expect(Object.keys(metrics)).toContain(name);
    },
  );

  it('when anything else of it changed, or it was forgotten, then it counts as nothing', () => {
    expect(tallyOfApplication(inState('approved'), inState('approved'))).toEqual({});
    expect(tallyOfApplication(inState('approved'), undefined)).toEqual({});
  });
});

describe('given a learner’s places that changed', () => {
  const places = (enrolments: readonly string[], waits: Record<string, string> = {}) =>
    // The rule looks at which places there are, and since when somebody waits.
    ({
      places: Object.fromEntries(
        enrolments.map((enrolmentId, position) => [`subject-${position}`, { enrolmentId }]),
      ),
      waits: Object.fromEntries(Object.entries(waits).map(([id, since]) => [id, { since }])),
    }) as unknown as Places;

  it.each([
    ['the first place', undefined, places(['enr_1']), { PlacesTaken: 1 }],
    ['a switch', places(['enr_1']), places(['enr_2']), { PlacesTaken: 1, PlacesEnded: 1 }],
    ['all given back', places(['enr_1', 'enr_2']), places([]), { PlacesEnded: 2 }],
    ['a row that was forgotten', places(['enr_1']), undefined, { PlacesEnded: 1 }],
    ['a wait', places([]), places([], { subject: 'a' }), { WaitsBegun: 1 }],
    ['a wait anew', places([], { subject: 'a' }), places([], { subject: 'b' }), { WaitsBegun: 1 }],
    ['a seat that came', places([], { subject: 'a' }), places(['enr_1']), { PlacesTaken: 1 }],
    ['nothing', places(['enr_1']), places(['enr_1']), {}],
  ])('when it is %s, then that is counted', (_, was, is, expected) => {
    expect(tallyOfPlaces(was, is)).toEqual(expected);
  });
});
