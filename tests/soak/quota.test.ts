import { describeRush } from '../whole/rush.ts';

describeRush(600, 500);
