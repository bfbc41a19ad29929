import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  isCapability,
  ownerOf,
  type RowKind,
  rowKinds,
  UnknownRow,
} from '../../bin/export/ownership.ts';

/** Where keys of rows are made. */
const sources = readdirSync('functions', { recursive: true, encoding: 'utf8' })
  .filter((file) =>
    /(\.store|store|contract|trail|notice|notices-table|idempotency)\.ts$/.test(file),
  )
  .map((file) => join('functions', file));

/** Words in capital letters in the code that are no part of a row's key, and what they are. */
const others = new Set([
  // Methods of routes, and forms of Unicode.
  ...['GET', 'PUT', 'POST', 'DELETE', 'NFC', 'NFKC', 'KRW'],
  // What keys and tokens are made of (RFC 7517, LTI Deep Linking 2.0).
  ...['RSA', 'AQAB', 'JWT'],
  // How DynamoDB counts, and what an update deletes.
  ...['COUNT', 'ADD', 'REMOVE', 'SET'],
  // Names of lists: values of the sparse index, no keys of rows.
  ...['MENTORS#', 'MENTORSHIPS#', 'CONSULTANTS', 'REPORTS#', 'REQUESTS#', 'DISPUTES#'],
]);

/** The words in a source that look like a part of a key. */
function wordsIn(file: string): readonly string[] {
  return [...codeOf(file).matchAll(/['"`]([A-Z]{3,}#?)(?=['"`$]|\$\{)/g)].map(
    ([, word = '']) => word,
  );
}

function codeOf(file: string): string {
  return readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
}

const known = new Set<string>(
  Object.values(rowKinds).flatMap((kinds: readonly RowKind[]) =>
    kinds.flatMap(({ pk, sk }) => [pk, sk]),
  ),
);

/** What begins a key, by the name that code gives it: a constant, or a function that makes the key. */
function prefixesIn(file: string): readonly (readonly [string, string])[] {
  const said = codeOf(file).matchAll(
    /const (\w+)(?:: \w+)? = (?:\([^)]*\) => )?['"`]([A-Z]{3,}#)/g,
  );
  return [...said].map(([, name = '', word = '']) => [name, word]);
}

/** Those that a source may mean: of its capability, of those that it imports from (contracts), and its own, which come first. */
function prefixesFor(file: string): ReadonlyMap<string, string> {
  const near = sources.filter((one) => tableOf(one) === tableOf(file) || /contract\.ts$/.test(one));
  return new Map([...near, file].flatMap(prefixesIn));
}

/** Whose table the keys of a source are in: what the runtime keeps for others is in their tables. */
function tableOf(file: string): string {
  const ofRuntime = { 'trail.ts': 'audit', 'notice.ts': 'notices', 'idempotency.ts': 'catalogue' };
  const kept = Object.entries(ofRuntime).find(([name]) => file === join('functions/runtime', name));
  return kept?.[1] ?? file.split('/')[1] ?? '';
}

/** What the partition or sort keys begin with that a source writes down; a key that it is given begins with nothing. */
function keysIn(file: string, key: 'pk' | 'sk'): readonly string[] {
  const said = codeOf(file).matchAll(
    new RegExp(`\\b${key}(?:: | = )(?:z\\.\\w+\\((?:\\)\\.startsWith\\()?)?([^,\\n}]+)`, 'g'),
  );
  const prefixes = prefixesFor(file);
  return [...said].flatMap(([, expression = '']) => {
    const [, word] = /^['"`]([A-Z]{3,}#?)/.exec(expression) ?? [];
    const [, name = ''] = /^(?:`\$\{)?(\w+)/.exec(expression) ?? [];
    return word ?? prefixes.get(name) ?? [];
  });
}

describe('the table of row kinds', () => {
  it('knows every word that a store makes keys of', () => {
    const unknown = sources.flatMap((file) =>
      wordsIn(file)
        .filter((word) => !known.has(word) && !others.has(word))
        .map((word) => `${file}: ${word}`),
    );
    expect(unknown).toEqual([]);
  });

  it('names no word that nobody makes a key of', () => {
    const made = new Set(sources.flatMap(wordsIn));
    // What a restore itself writes, and what migrations do.
    const elsewhere = ['', 'RESTORE', 'MIGRATIONS'];
    expect([...known].filter((word) => !made.has(word) && !elsewhere.includes(word))).toEqual([]);
  });

  it.each(['pk', 'sk'] as const)(
    'knows for each capability what its stores begin a %s with',
    (key) => {
      const unknown = sources.flatMap((file) => {
        const capability = tableOf(file);
        const kinds: readonly RowKind[] = isCapability(capability) ? rowKinds[capability] : [];
        return keysIn(file, key)
          .filter((word) => !kinds.some((kind) => kind[key] === word))
          .map((word) => `${capability}: ${key} ${word} (${file})`);
      });
      expect(unknown).toEqual([]);
    },
  );

  it('has every capability that keeps rows', () => {
    const kept = readdirSync('lib')
      .filter((file) => file.endsWith('.ts'))
      .filter((file) => readFileSync(join('lib', file), 'utf8').includes('new CapabilityTable('))
      .map((file) => file.replace(/\.ts$/, ''));
    expect(kept.length).toBeGreaterThan(8);
    expect(kept.filter((name) => !isCapability(name))).toEqual([]);
  });

  it.each([
    ['identity', 'LEARNER#lrn_1', 'PROFILE', {}, { kind: 'learner', learnerId: 'lrn_1' }],
    [
      'identity',
      'LOGIN#s',
      'SELF',
      { learnerId: 'lrn_1' },
      { kind: 'learner', learnerId: 'lrn_1' },
    ],
    ['identity', 'LOGIN#s', 'SELF', { consentId: 'con_1' }, { kind: 'region' }],
    ['identity', 'LINK#h', 'LINK', { consentId: 'con_1' }, { kind: 'consent', consentId: 'con_1' }],
    ['identity', 'CLAIM#s#k', 'ANSWER', {}, { kind: 'nobody' }],
    [
      'audit',
      'ELSEWHERE#stf_1',
      '2026#aud_1',
      { areaId: 'jung' },
      { kind: 'area', areaId: 'jung' },
    ],
    ['enrolment', 'SEATS#firefly#jung', 'LOT#0', {}, { kind: 'area', areaId: 'jung' }],
    [
      'mentoring',
      'MENTORSHIP#msh_1',
      'NOTE#2026#n',
      {},
      { kind: 'mentorship', mentorshipId: 'msh_1' },
    ],
    [
      'provisioning',
      'POOL#press',
      'USED#h',
      { learnerId: 'lrn_1' },
      { kind: 'learner', learnerId: 'lrn_1' },
    ],
    ['provisioning', 'POOL#press', 'USED#h', { state: 'void' }, { kind: 'region' }],
    ['provisioning', 'POOL#press', 'FREE#h', {}, { kind: 'region' }],
    ['mentoring', 'HOLD#mnt_1', 'HOLD', {}, { kind: 'mentor', mentorId: 'mnt_1' }],
  ] as const)('%s: %s / %s of %j is of %j', (capability, pk, sk, more, owner) => {
    expect(ownerOf(capability, { pk, sk, ...more })).toEqual(owner);
  });

  it('refuses a row of another kind, and says which without saying whose', () => {
    const row = { pk: 'NEWS#lrn_1', sk: 'NEWS' };
    expect(() => ownerOf('identity', row)).toThrow(UnknownRow);
    expect(() => ownerOf('identity', row)).toThrow(/NEWS#… \/ NEWS/);
    expect(() => ownerOf('identity', row)).not.toThrow(/lrn_1/);
  });
});
