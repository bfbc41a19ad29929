/** Someone who lives in the town; `by`: the login that acts for them. */
export interface Person {
  readonly login: string;
  readonly by: 'self' | 'parent';
  /** Their name, and the one that they change to. */
  readonly names: readonly [string, string];
  readonly birthDate: string;
  readonly stage: string;
}

/** A child with two guardians, one whose parent registers it, and three of consent age. */
export const people: readonly Person[] = [
  {
    login: 'child',
    by: 'self',
    names: ['김하나', '김하늘'],
    birthDate: '2014-05-20',
    stage: 'elementary',
  },
  {
    login: 'ward',
    by: 'parent',
    names: ['이두리', '이두나'],
    birthDate: '2011-09-10',
    stage: 'middle',
  },
  {
    login: 'teen',
    by: 'self',
    names: ['박세라', '박세리'],
    birthDate: '2008-02-29',
    stage: 'high',
  },
  {
    login: 'youth',
    by: 'self',
    names: ['최네모', '최내모'],
    birthDate: '2006-08-01',
    stage: 'high',
  },
  {
    login: 'adult',
    by: 'self',
    names: ['정다섯', '정다솜'],
    birthDate: '2001-10-01',
    stage: 'lifelong',
  },
];

/** Whom the child asks for consent. */
export const guardians = ['mother@example.com', 'father@example.com'] as const;

/** What the child's guardians have said of the request that counts. */
export interface Heard {
  said: ('granted' | 'refused' | undefined)[];
  resolved: boolean;
  takenBack: boolean;
}

export const nothingHeard = (): Heard => ({ said: [], resolved: false, takenBack: false });

/** Whether by what guardians said a child's profile may be kept (edge cases 1 to 3). */
export const allows = ({ said, resolved, takenBack }: Heard) =>
  !takenBack && said.includes('granted') && (resolved || !said.includes('refused'));
