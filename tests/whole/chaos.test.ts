import { describeTurmoil } from '../chaos/describe-turmoil.ts';

// 1,000 of them suffer 20 kills in `npm run chaos`; a start after one takes as long as all the rest here.
describeTurmoil({ learners: 8, kills: 1, abreast: 4, span: 5_000, steps: 8, trouble: 3 });
