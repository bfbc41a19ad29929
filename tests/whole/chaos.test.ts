import { describeTurmoil } from '../chaos/describe-turmoil.ts';

// 1,000 and more of them suffer in `npm run chaos`.
describeTurmoil({ learners: 8, kills: 2, abreast: 4, span: 5_000, steps: 8, trouble: 3 });
