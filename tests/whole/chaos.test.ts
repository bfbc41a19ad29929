import { describeTurmoil } from '../chaos/describe-turmoil.ts';

// 1,000 and more of them suffer in `npm run chaos`.
describeTurmoil({ learners: 10, kills: 2, abreast: 5, span: 2_500, steps: 4 });
