import { describeJourneys } from './property.ts';

describeJourneys(1, 16, 30_000);
