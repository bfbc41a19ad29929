import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { tokensOf } from '../../../lib/support/tokens.ts';
import { withoutUnreached } from '../../../lib/support/unreached.ts';

/** What is left, without the function that refuses and without empty lines. */
function leftOf(...lines: readonly string[]): string {
  const [left = ''] = withoutUnreached(lines.join('\n')).split('\nfunction notReached');
  return left.replaceAll(/\n\s*\n/g, '\n');
}

const store = [
  'function noteStore(table) {',
  '  async function readNote(id) { return found(table, id); }',
  '  function putNote(note) { return written(note); }',
  '  function written(note) { return note; }',
  '  return { readNote, putNote };',
  '}',
];
const found = 'function found(table, id) { return table + id; }';

describe('given a store that hands out functions', () => {
  it('when one is asked for, then it stays with what it needs, and the other goes with what only it needs', () => {
    const left = leftOf(...store, found, 'const notes = noteStore("t");', 'notes.readNote(1);');
    expect(left).toMatch(/function readNote[\s\S]*function found/);
    expect(left).not.toMatch(/putNote|written/);
    expect(new Function(`${left}; return notes.readNote(1)`)()).toBeInstanceOf(Promise);
  });

  it('when the constant that keeps it is marked as pure, then it is known by it all the same', () => {
    const marked = 'var notes = /* @__PURE__ */ (() => noteStore("t"))();';
    const others = 'const seen = { putNote: 1 }; seen.putNote;';
    expect(leftOf(...store, found, marked, others, 'notes.readNote(1);')).not.toMatch(/written/);
    expect(leftOf(...store, found, marked, 'notes.putNote(1);')).toMatch(/written/);
  });

  it.each([
    ['is asked for as ever', 'notes.putNote(1);'],
    ['is asked for where there may be none', 'notes?.putNote(1);'],
    ['is asked for in a template', `show(\`a \${notes.putNote(\`\${1}\`)} b\`);`],
    ['is taken out', 'const { readNote, putNote: put } = noteStore("u"); put(readNote);'],
    ['is taken out of the constant', 'const { putNote } = notes; putNote(1);'],
    [
      'is asked of what the store was given to',
      'use(notes); function use(any) { any.putNote(1); }',
    ],
    ['is asked of a copy', 'const more = { ...notes }; more.putNote(1);'],
    ['is asked for by a text', 'const what = "putNote"; notes[what](1);'],
    ['is asked of a call', 'noteStore("u").putNote(1);'],
  ])('when the other %s, then both stay', (_how, use) => {
    const left = leftOf(
      ...store,
      found,
      'const notes = noteStore("t");',
      'notes.readNote(1);',
      use,
    );
    expect(left).toMatch(/function putNote[\s\S]*function written/);
  });

  it.each([
    ['of another store', 'use(1);'],
    ['by what else has a property of that name', 'const seen = { putNote: 1 };'],
    ['within a text', 'show("to putNote is to write");'],
  ])('when the name is said %s, then it goes all the same', (_how, other) => {
    const left = leftOf(
      ...store,
      found,
      ...store.map((line) => line.replace('noteStore', 'planStore2')),
      other,
      'const plans = planStore2("t");',
      'plans.putNote(1);',
      'const notes = noteStore("t");',
      'notes.readNote(1);',
    );
    const [notes = '', plans = ''] = left.split('function planStore2');
    expect(notes).not.toContain('function putNote');
    expect(plans).toContain('function putNote');
  });

  it('when esbuild has renamed what it hands out, then it is known by its old name', () => {
    const lines = store.map((line) => line.replace('putNote }', 'putNote: putNote2 }'));
    const renamed = lines.map((line) => line.replace('function putNote', 'function putNote2'));
    const kept = leftOf(...renamed, found, 'const notes = noteStore("t");', 'notes.putNote(1);');
    expect(kept).toContain('return {  putNote: putNote2 };');
    const gone = leftOf(...renamed, found, 'const notes = noteStore("t");', 'notes.readNote(1);');
    expect(gone).toContain('return { readNote,  };');
  });

  it('when what it returns has something spread into it, then all that is asked of it is asked of that too', () => {
    const left = leftOf(
      ...store,
      found,
      'function bothStore(t) { function more() {} return { ...noteStore(t), more }; }',
      'const both = bothStore("t");',
      'both.putNote(1);',
    );
    expect(left).toContain('function putNote');
  });
});

describe('given a class of a package', () => {
  const lines = [
    '// node_modules/temporal-polyfill/day.js',
    'var Day = class {',
    '  constructor(at) { this.at = at; }',
    '  until(other) { return other.at - this.at; }',
    '  get year() { return 2026; }',
    '  static from(at) { return new Day(at); }',
    '};',
    'var getters = { month() { return 11; } };',
    '// functions/a.ts',
  ];

  it('when a method is not called, then whoever does it all the same is told its name, and a property of the name is no call', () => {
    const code = withoutUnreached(
      [
        ...lines,
        'const day = new Day(1);',
        'const contract = { until: 2 };',
        'use(contract.until);',
      ].join('\n'),
    );
    expect(code).toContain("until(other) { notReached('until'); }");
    const run = new Function('use', `${code}; return day['un' + 'til'](day)`);
    expect(() => run(() => undefined)).toThrow('leaves the method until out');
  });

  it.each([
    ['a method that is called', 'day.until(day);', 'return other.at'],
    ['one that is called where there may be nothing', 'day?.until?.(day);', 'return other.at'],
    ['one that is bound', 'const f = day.until.bind(day);', 'return other.at'],
    ['a getter that is read', 'use(day.year);', 'return 2026'],
    ['one that is taken out', 'const { year } = day;', 'return 2026'],
    ['what is to become a getter', 'use(day.month);', 'return 11'],
    ['a method of the class itself that is passed on', 'all.map(Day.from);', 'return new Day'],
  ])('then %s stays', (_what, use, body) => {
    expect(leftOf(...lines, use)).toContain(body);
    expect(leftOf(...lines)).not.toContain(body);
  });

  it('when the class is not of one of the packages, then it stays as it is', () => {
    const ours = lines.map((line) => line.replace('node_modules/temporal-polyfill', 'clients'));
    expect(leftOf(...ours)).toBe(ours.join('\n'));
  });
});

describe('given functions and constants of a file', () => {
  it.each([
    ['a function that nobody names', 'function unused() { return 1; }'],
    [
      'two that name each other',
      'function a() { return b(); }\nasync function b() { return a(); }',
    ],
    ['a constant that is pure', 'var unused = /* @__PURE__ */ make(1);'],
    ['a function in a constant', 'var unused = async (a) => { use(a); };'],
  ])('then %s goes', (_what, source) => {
    expect(leftOf(source).trim()).toBe('');
  });

  it.each([
    ['what is run for what it does', 'var unused = make(1);'],
    ['two constants of one statement', 'var a = /* @__PURE__ */ make(1), b = make(2);'],
    ['a function that is run where it stands', 'var unused = (() => { use(1); })();'],
    ['a function that is an expression', 'use(function named() { return 1; });'],
    ['what is exported', 'function handler() {}\nexport { handler };'],
    ['what is spread', 'function all() {}\nuse(...all());'],
    ['a member of an object', 'use({ a() { return 1; } });'],
  ])('then %s stays', (_what, source) => {
    expect(leftOf(source)).toBe(source);
  });

  it('then every line stays the line that it was', () => {
    const source = 'use(1);\nfunction unused() {\n  return 1;\n}\nuse(2);';
    expect(withoutUnreached(source).split('\n').indexOf('use(2);')).toBe(4);
  });
});

/**
 * What is left out is named by nothing that is left; a name could still be put together when a function runs. Calls by a name
 * that is not written where it is called, and why each finds what it calls: the names are texts in the same code.
 */
const computedCalls = {
  'functions/privacy/exporting.api.ts': 'parts[part](',
  'functions/privacy/steps.job.ts': 'works[each](',
  'functions/provisioning/steps.worker.ts': 'adapter[asked](',
};

it('given our sources, then nobody calls by a name that is put together', () => {
  const calls = globSync('{functions,regions,clients}/**/*.ts').flatMap((file) => {
    const source = readFileSync(file, 'utf8');
    const tokens = tokensOf(source);
    return [...tokens.keys()].flatMap((at) => {
      const [object, open, name, close, call] = tokens.slice(at, at + 5).map(({ text }) => text);
      const isIndex =
        open === '[' && close === ']' && call === '(' && /^[\w$]+$/.test(object ?? '');
      const isNumber = /^\d/.test(name ?? '');
      return isIndex && !isNumber ? [[file, `${object}[${name}](`]] : [];
    });
  });
  expect(Object.fromEntries(calls)).toEqual(computedCalls);
});
