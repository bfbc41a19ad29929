import { describe, expect, it } from 'vitest';
import { computed, importsOf, seemingImports } from './imports.ts';
import { violations } from './rooms.ts';

describe('the checker itself', () => {
  it.each<[string, string, readonly [string, boolean][]]>([
    ['a package', "import * as z from 'zod';", [['zod', false]]],
    ['names', "import { a, b as c } from './x.ts';", [['./x.ts', false]]],
    ['a default and names', "import x, { y } from './x.ts';", [['./x.ts', false]]],
    ['names on several lines', "import {\n  a,\n  type B,\n} from './x.ts';", [['./x.ts', false]]],
    ['a type', "import type { A } from './x.ts';", [['./x.ts', true]]],
    ['names that are all types', "import { type A, type B } from './x.ts';", [['./x.ts', true]]],
    ['a side effect', "import './x.ts';", [['./x.ts', false]]],
    ['passing on', "export { a } from './x.ts';", [['./x.ts', false]]],
    ['passing all on', "export * from './x.ts';", [['./x.ts', false]]],
    ['passing on types', "export type { A } from './x.ts';", [['./x.ts', true]]],
    ['a call', "const x = await import('./x.ts');", [['./x.ts', false]]],
    ['a call over two lines', "const x = await import(\n  './x.ts'\n);", [['./x.ts', false]]],
    ['a type by call', "  const x: import('./x.ts').X;", [['./x.ts', true]]],
    ['a thread', "new Worker(new URL('./thread.ts', import.meta.url));", [['./thread.ts', false]]],
    ['something computed', 'await import(path);', [[computed, false]]],
    [
      'two in one file',
      "import 'a';\nimport b from 'b';",
      [
        ['b', false],
        ['a', false],
      ],
    ],
    ['not what a comment says', "// import a from 'a';\n/*\n * import('b')\n */", []],
    ['not what a text says', 'const banner = "import{a}from\'node:module\';";', []],
  ])('reads %s', (_what, source, expected) => {
    const found = importsOf(source).map(({ to, typesOnly }) => [to, typesOnly]);
    expect(found).toEqual(expected);
  });

  it.each([
    ['double quotes', 'import a from "a";'],
    ['something odd between the names', "import { a as 'b c' } from 'a';"],
  ])('notices an import that it cannot read: %s', (_what, source) => {
    expect(importsOf(source)).toEqual([]);
    expect(seemingImports(source)).toBe(1);
  });

  it.each([
    ['regions/schema.ts', 'node:fs'],
    ['regions/schema.ts', './calendar.ts'],
    ['regions/calendar.ts', 'zod'],
    ['regions/load.ts', '../functions/identity/contract.ts'],
    ['functions/identity/contract.ts', './rules.ts'],
    ['functions/identity/contract.ts', '../eligibility/contract.ts'],
    ['functions/identity/contract.ts', '../runtime/http.ts'],
    ['functions/identity/contract.ts', '../../regions/calendar.ts'],
    ['functions/identity/contract.ts', '@aws-sdk/client-dynamodb'],
    ['functions/identity/rules.ts', './store.ts'],
    ['functions/identity/rules.ts', '../runtime/clock.ts'],
    ['functions/identity/rules.ts', 'zod'],
    ['functions/identity/rules.ts', 'node:crypto'],
    ['functions/eligibility/rules.ts', '../enrolment/rules.ts'],
    ['functions/enrolment/seats.rules.ts', '../runtime/dynamodb.ts'],
    ['functions/identity/store.ts', 'node:fs'],
    ['functions/identity/store.ts', '../enrolment/store.ts'],
    ['functions/identity/staff.store.ts', '@aws-sdk/client-sqs'],
    ['functions/enrolment/store.ts', '../identity/rules.ts'],
    ['functions/identity/login.adapter.ts', './store.ts'],
    ['functions/identity/login.adapter.ts', './rules.ts'],
    ['functions/identity/login.adapter.ts', 'express'],
    ['functions/provisioning/adapter.ts', '../enrolment/store.ts'],
    ['functions/identity/api.ts', '../eligibility/store.ts'],
    ['functions/identity/api.ts', '#region'],
    ['functions/identity/api.ts', '#about'],
    ['functions/identity/api.ts', '@aws-sdk/client-dynamodb'],
    ['functions/enrolment/api.ts', '../eligibility/rules.ts'],
    ['functions/enrolment/api.ts', '../eligibility/registry.adapter.ts'],
    ['functions/enrolment/approval.trigger.ts', '../provisioning/store.ts'],
    ['functions/provisioning/account.worker.ts', '../../lib/api.ts'],
    ['functions/provisioning/sweep.job.ts', '../../local/clock.ts'],
    ['functions/about/about-module.d.ts', '../identity/contract.ts'],
    ['functions/contracts.ts', './identity/store.ts'],
    ['functions/runtime/http.ts', '../identity/contract.ts'],
    ['functions/runtime/http.ts', '../../regions/calendar.ts'],
    ['lib/identity.ts', '../functions/identity/rules.ts'],
    ['lib/identity.ts', '../functions/identity/api.ts'],
    ['lib/support/bundle.ts', '../../functions/runtime/http.ts'],
    ['lib/openapi/problem-schema.ts', '../../functions/runtime/dynamodb.ts'],
    ['lib/api.ts', '../local/region.ts'],
    ['lib/api.ts', '../regions/calendar.ts'],
    ['lib/api.ts', '../bin/app.ts'],
    ['local/region.ts', '../lib/api.ts'],
    ['local/sqs/service.ts', '../../functions/provisioning/contract.ts'],
    ['local/region.ts', '../world/world.ts'],
    ['local/region.ts', '../regions/schema.ts'],
    ['local/region.ts', '../bin/start.ts'],
    ['world/world.ts', '../local/clock.ts'],
    ['world/world.ts', '../functions/runtime/ids.ts'],
    ['bin/demo.ts', '../functions/enrolment/rules.ts'],
    ['bin/demo.ts', '../functions/runtime/http.ts'],
    ['bin/demo.ts', '../tests/people.ts'],
    ['world/world.ts', '../tests/people.ts'],
    ['bench/matching.ts', '../functions/mentoring/round.trigger.ts'],
    ['functions/mentoring/rules.ts', '../../bench/matching/town.ts'],
  ])('refuses %s an import of %s', (path, to) => {
    expect(violations(path, `import { a } from '${to}';`)).toEqual([
      expect.stringMatching(/^\S+: imports \S+, but [\w/ ]+ may import only \w/),
    ]);
  });

  it.each([
    ['functions/identity/contract.ts', '../runtime/route.ts'],
    ['functions/enrolment/contract.ts', '../eligibility/contract.ts'],
    ['functions/enrolment/rules.ts', './seats.rules.ts'],
    ['functions/enrolment/rules.ts', '../../regions/calendar.ts'],
    ['functions/provisioning/rules.ts', 'temporal-polyfill'],
    ['functions/eligibility/store.ts', '@aws-sdk/lib-dynamodb'],
    ['functions/provisioning/store.ts', '../enrolment/store.ts'],
    ['functions/identity/staff.adapter.ts', '@aws-sdk/client-cognito-identity-provider'],
    ['functions/eligibility/api.ts', '../identity/staff.store.ts'],
    ['functions/about/api.ts', '#about'],
    ['functions/runtime/region.ts', '#region'],
    ['lib/api.ts', '../functions/runtime/route.ts'],
    ['lib/enrolment.ts', '../functions/eligibility/contract.ts'],
    ['lib/openapi/describe-api.ts', '../../functions/contracts.ts'],
    ['local/sqs/service.ts', '../clock.ts'],
    ['world/world.ts', 'express'],
    ['bin/app.ts', '../lib/synthesize.ts'],
    ['bench/matching.ts', '../functions/mentoring/assignment.rules.ts'],
    ['bench/peers/highs.ts', 'highs'],
  ])('allows %s an import of %s', (path, to) => {
    expect(violations(path, `import { a } from '${to}';`)).toEqual([]);
  });

  it.each([
    ['functions/eligibility/registry.adapter.ts', './rules.ts'],
    ['functions/about/about-module.d.ts', '../runtime/http.ts'],
  ])('allows %s the types of %s, and no more', (path, to) => {
    expect(violations(path, `import type { A } from '${to}';`)).toEqual([]);
    expect(violations(path, `import { type A, b } from '${to}';`)).toHaveLength(1);
  });

  it('does not let types pass where nothing may', () => {
    expect(violations('local/region.ts', "import type { A } from '../lib/api.ts';")).toHaveLength(
      1,
    );
    expect(
      violations('functions/identity/rules.ts', "import type { A } from './store.ts';"),
    ).toHaveLength(1);
  });

  it.each([
    ['functions/identity/helpers.ts'],
    ['functions/identity/Store.ts'],
    ['functions/identity/.store.ts'],
    ['functions/unheard-of/api.ts'],
    ['functions/loose.ts'],
    ['elsewhere/a.ts'],
  ])('refuses a file without a role: %s', (path) => {
    expect(violations(path, '')).toEqual([expect.stringContaining('is in no room')]);
  });
});
