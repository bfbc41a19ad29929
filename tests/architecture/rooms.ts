import { posix } from 'node:path';
import { computed, type Import, importsOf } from './imports.ts';

/** Each may look at those before it, and at none after. */
export const capabilities = [
  'identity',
  'audit',
  'notices',
  'documents',
  'eligibility',
  'catalogue',
  'enrolment',
  'provisioning',
  'launch',
  'mentoring',
  'privacy',
  'operation',
  'records',
  'support',
  'centres',
  'reporting',
  'about',
];

/**
 * What each room may import (docs/adr/0002-import-table.md). "own" and "earlier" are about
 * capabilities; "types of" goes for imports that leave nothing in the running code.
 */
export const table = {
  'regions/schema': ['zod', 'regions/schema'],
  'regions/calendar': ['temporal-polyfill', 'regions/schema'],
  'regions/notices': ['zod', 'regions/schema'],
  'regions/texts': ['regions', 'regions/schema', 'regions/notices', 'zod', 'yaml', 'node'],
  regions: [
    'regions',
    'regions/schema',
    'regions/calendar',
    'regions/notices',
    'regions/texts',
    'zod',
    'yaml',
    'node',
  ],
  contract: [
    'own contract',
    'earlier contract',
    'regions/schema',
    'regions/notices',
    'runtime/route',
    'runtime/ids',
    'runtime/paging',
    // What is recorded is one list for those who record and those who read.
    'runtime/happening',
    // Whoever sends notices needs the table's name, whatever its place in the order.
    'runtime/notices-table',
    'runtime/caller',
    'zod',
  ],
  rules: [
    'own contract',
    'earlier contract',
    'own rules',
    'earlier rules',
    'regions/schema',
    'regions/calendar',
    // What a rule decides that people are told.
    'regions/notices',
    // As what a change counts.
    'runtime/metric-names',
    'temporal-polyfill',
  ],
  store: [
    'own contract',
    'earlier contract',
    // Which lot to try is decided between two writes.
    'own rules',
    'own store',
    'earlier store',
    'regions/schema',
    'runtime',
    'the DynamoDB SDK',
    'zod',
    'node:crypto',
  ],
  adapter: [
    'own contract',
    'earlier contract',
    'own adapter',
    'types of own rules',
    'regions/schema',
    'runtime',
    'the AWS SDK',
    'zod',
    // What others' formats are signed with.
    'jose',
    'node:crypto',
  ],
  handler: [
    'own contract',
    'own handler',
    'own rules',
    'own store',
    'own adapter',
    'own generated module',
    'earlier contract',
    'earlier store',
    'regions/schema',
    'regions/calendar',
    'runtime',
  ],
  'generated module': ['types of runtime', 'types of regions/schema'],
  'list of contracts': ['any contract'],
  runtime: [
    'runtime',
    'regions/schema',
    'regions/notices',
    'the region of the bundle',
    'npm packages',
    'node',
  ],
  lib: [
    'lib',
    'any contract',
    'list of contracts',
    'runtime/route',
    // The reference's examples of problems are made by what makes the problems.
    'runtime/errors',
    'runtime/problems',
    'runtime/request',
    // What the dashboard shows is what functions write.
    'runtime/metric-names',
    'regions/schema',
    'regions/texts',
    'npm packages',
    'node',
  ],
  // What stands in a bundle for the AWS SDK, of which it may know no word.
  clients: ['clients', 'node'],
  local: ['local', 'npm packages', 'node'],
  world: ['world', 'npm packages', 'node'],
  bin: [
    'bin',
    'lib',
    'local',
    'world',
    'regions',
    'regions/schema',
    'regions/calendar',
    'any contract',
    'list of contracts',
    'runtime/client',
    // What functions measure is paid for.
    'runtime/metric-names',
    'runtime/route',
    'npm packages',
    'node',
  ],
  // What is measured is bundled by lib, and asks the local region's services; its peers do the same work by the same rules and
  // stores, behind another framework.
  bench: [
    'bench',
    'bin',
    'lib',
    'tests',
    'local',
    'any rules',
    'any contract',
    'list of contracts',
    'any store',
    'any adapter',
    'world',
    'runtime',
    'regions',
    'regions/schema',
    'npm packages',
    'node',
  ],
  // Whose people and stories are measured; what they import themselves is nobody's business.
  tests: [],
} as const satisfies Readonly<Record<string, readonly string[]>>;

type RoomName = keyof typeof table;

interface Place {
  readonly room: RoomName;
  /** Of a file below `functions/<capability>/`. */
  readonly capability?: string;
}

/** An `api.ts` may leave some of its routes to a `<word>.api.ts` beside it. */
const handlers = /^(api|[a-z][a-z-]*\.(api|worker|job|trigger))$/;
const roles = ['contract', 'rules', 'store', 'adapter'] as const;

/** The room that a file is in; undefined where no file of its name belongs. */
export function placeOf(path: string): Place | undefined {
  const [top = '', second = '', third] = path.split('/');
  if (top === 'regions') return { room: regionsRoom(path) };
  if (top === 'lib' || top === 'local' || top === 'world' || top === 'bin' || top === 'bench') {
    return { room: top };
  }
  if (top === 'clients') return { room: top };
  if (top === 'tests') return { room: top };
  if (path === 'functions/contracts.ts') return { room: 'list of contracts' };
  if (top !== 'functions' || third === undefined) return undefined;
  if (second === 'runtime') return { room: 'runtime' };
  if (!capabilities.includes(second)) return undefined;
  const room = roomOfFile(third);
  return room === undefined ? undefined : { room, capability: second };
}

function regionsRoom(path: string): RoomName {
  if (/^regions\/([a-z]+\.)?schema\.ts$/.test(path)) return 'regions/schema';
  if (path === 'regions/calendar.ts') return 'regions/calendar';
  if (path === 'regions/notices.ts') return 'regions/notices';
  return path === 'regions/texts.ts' ? 'regions/texts' : 'regions';
}

function roomOfFile(name: string): RoomName | undefined {
  if (name.endsWith('-module.d.ts')) return 'generated module';
  const stem = name.replace(/\.ts$/, '');
  if (handlers.test(stem)) return 'handler';
  return roles.find(
    (role) =>
      stem === role || (/^[a-z][a-z0-9-]*\.[a-z]+$/.test(stem) && stem.endsWith(`.${role}`)),
  );
}

/** What is wrong with a file's imports, a line for each: "file: imports X, but a store may import only …". */
export function violations(path: string, source: string): string[] {
  const place = placeOf(path);
  if (place === undefined) {
    return [`${path}: is in no room; name it after its role (CONTRIBUTING.md, "The house")`];
  }
  const allowed: readonly string[] = table[place.room];
  return importsOf(source)
    .filter((one) => !namesOf(path, place, one).some((name) => allowed.includes(name)))
    .map(
      ({ to }) =>
        `${path}: imports ${to}, but ${said(place.room)} may import only ${allowed.join(', ')}`,
    );
}

function said(room: RoomName): string {
  const [, place] =
    /^(regions\/\w+|regions|runtime|lib|clients|local|world|bin|bench)$/.exec(room) ?? [];
  if (place !== undefined) return place;
  return room.startsWith('a') || room === 'rules' ? room : `a ${room}`;
}

/** All the names by which the table may allow an import. */
function namesOf(path: string, place: Place, { to, typesOnly }: Import): string[] {
  const names = to.startsWith('.') ? fileNames(path, place, to) : packageNames(place, to);
  return typesOnly ? [...names, ...names.map((name) => `types of ${name}`)] : names;
}

function fileNames(path: string, { capability }: Place, to: string): string[] {
  const target = posix.join(posix.dirname(path), to);
  const there = placeOf(target);
  if (there === undefined) return [];
  if (there.room === 'runtime')
    return ['runtime', target.slice('functions/'.length, -'.ts'.length)];
  if (there.capability === undefined) return [there.room];
  const whose = relation(capability, there.capability);
  return [`${whose} ${there.room}`, `any ${there.room}`];
}

function relation(from: string | undefined, to: string): 'own' | 'earlier' | 'another' {
  if (from === undefined) return 'another';
  if (from === to) return 'own';
  return capabilities.indexOf(to) < capabilities.indexOf(from) ? 'earlier' : 'another';
}

const dynamodb = ['@aws-sdk/client-dynamodb', '@aws-sdk/lib-dynamodb', '@aws-sdk/util-dynamodb'];

function packageNames({ capability }: Place, to: string): string[] {
  if (to === computed) return [];
  if (to.startsWith('node:')) return ['node', to];
  if (to === '#region') return ['the region of the bundle'];
  if (to.startsWith('#')) return to === `#${capability}` ? ['own generated module'] : [];
  const names = [to, 'npm packages'];
  if (to.startsWith('@aws-sdk/')) names.push('the AWS SDK');
  if (dynamodb.includes(to)) names.push('the DynamoDB SDK');
  return names;
}
