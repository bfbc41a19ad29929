import { describeTurmoil } from '../chaos/describe-turmoil.ts';

describeTurmoil({ learners: 1_000, kills: 20, abreast: 12, span: 25_000, steps: 6, trouble: 1 });
