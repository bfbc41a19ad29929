import { describeJourneys } from '../journeys/property.ts';

describeJourneys(150, 40, 380_000);
