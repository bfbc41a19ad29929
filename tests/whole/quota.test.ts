import { describeRush } from './rush.ts';

// The 600 approvals on 500 places take minutes: `npm run soak` runs them.
describeRush(60, 50);
