import { describeTurmoil } from '../chaos/describe-turmoil.ts';

// 1,000 and more of them suffer in `npm run chaos`.
describeTurmoil({ learners: 6, kills: 2, abreast: 3, span: 1_500, steps: 4 });
