import { describe } from 'vitest';
import { specify } from './hamlet.ts';

describe('what is no YAML is told alone, for the rest would be guesswork', () => {
  specify([
    [
      'a tab before a key',
      '  awsRegion: ap-northeast-2\n  mail:',
      '\tawsRegion: ap-northeast-2\n\tmail:',
      'r.yaml:6:1 (file): is indented with a tab, indent with spaces',
      'r.yaml:7:1 (file): is indented with a tab, indent with spaces',
    ],
    [
      'a key too far to the right',
      '    kind: scim',
      '      kind: scim',
      'r.yaml:65:1 (file): is not valid YAML (All mapping items must start at the same column), align it with its neighbours',
    ],
    [
      'a brace that is not closed',
      'en: Hamlet }',
      'en: Hamlet',
      'r.yaml:3:1 (file): is not valid YAML (Flow map in block collection must be sufficiently indented and end with a }), align it with its neighbours',
    ],
    [
      'a text that begins like syntax',
      'id: hamlet',
      'id: @hamlet',
      'r.yaml:1:5 (file): is not valid YAML (Plain value cannot start with reserved character @), put the text in double quotes',
    ],
    [
      'a key that is a list',
      'id: hamlet',
      '[id]: hamlet',
      'r.yaml:1:1 (file): is a key that is no text, write a plain key',
    ],
    [
      'a second document',
      'policies:',
      '---\npolicies:',
      'r.yaml:18:1 (file): is a second document, remove the line "---" before it',
    ],
    [
      'an alias, with every other one',
      'id: north, name: { ko: 북구, en: North } }\n  - { id: south, name: { ko: 남구, en: South } }',
      'id: north, name: &name { ko: 북구, en: North } }\n  - { id: south, name: *name }\n  - { id: west, name: *nmae }',
      'r.yaml:17:24 areas[1].name: is an alias (*name), write the value out, each part of a region file reads by itself',
      'r.yaml:18:23 areas[2].name: is an alias (*nmae), write the value out, each part of a region file reads by itself',
    ],
  ]);
});

describe('a slip that leaves the rest readable is told with all else', () => {
  specify([
    [
      'a key written twice: the last value is the one that is judged',
      'consentAge: 14',
      'consentAge: 14\n    consentAge: fourteen',
      'r.yaml:23:5 policies[0].consentAge: is written twice, keep one of the two',
      'r.yaml:23:17 policies[0].consentAge: is the text "fourteen", write a number',
    ],
    [
      'a key written three times is two faults',
      'id: hamlet',
      'id: hamlet\nid: village\nid: town',
      'r.yaml:2:1 id: is written twice, keep one of the two',
      'r.yaml:3:1 id: is written twice, keep one of the two',
    ],
    [
      'a tag',
      'consentAge: 14',
      'consentAge: !years 14',
      'r.yaml:22:17 policies[0].consentAge: has a tag ("!"), remove it, or quote the text',
      'r.yaml:22:24 policies[0].consentAge: is the text "14", write a number',
    ],
  ]);
});
