import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileBody } from '../../functions/runtime/http.ts';
import {
  plainPage,
  type SelfSubmittingForm,
  selfSubmittingForm,
} from '../../functions/runtime/page.ts';
import { runs } from '../runs.ts';

const launch: SelfSubmittingForm = {
  action: 'https://tool.example/launch?deployment=1&region=2',
  fields: { id_token: 'eyJ.a.b', state: 's-1' },
  language: 'ko',
  title: '학습 시작',
  words: '학습 사이트로 이동합니다.',
  button: '계속',
};

/** The page, which is text and has a policy. */
function pageOf(form: Partial<SelfSubmittingForm> = {}) {
  const file = selfSubmittingForm({ ...launch, ...form });
  if (!('text' in file) || file.policy === undefined) throw new Error('no page with a policy');
  return { ...file, policy: file.policy };
}

/** As a browser reads what stands in quotes or between tags. */
const read = (markup = '') =>
  markup
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

const tagsIn = (text: string) => [...text.matchAll(/<\/?([a-z][a-z0-9]*)/g)].map(([tag]) => tag);

describe('given a form for another origin', () => {
  it('then the page sends it by POST, with a button for whoever runs no script', () => {
    const { text, mediaType } = pageOf();
    expect(mediaType).toBe('text/html; charset=utf-8');
    expect(text).toContain('<html lang="ko">');
    expect(text).toContain(
      '<form method="post" action="https://tool.example/launch?deployment=1&amp;region=2"',
    );
    expect(text).toContain('<input type="hidden" name="id_token" value="eyJ.a.b">');
    expect(text).toContain('<input type="hidden" name="state" value="s-1">');
    expect(text).toMatch(/<button type="submit">계속<\/button>\s*<\/form>/);
    expect(text).not.toContain('noscript');
    expect(text).toContain('<p>학습 사이트로 이동합니다.</p>');
  });

  it('then the policy lets its one script run, by its hash, and nothing else', () => {
    const { text, policy } = pageOf();
    const scripts = [...text.matchAll(/<script>([^<]*)<\/script>/g)].map(
      ([, script = '']) => script,
    );
    expect(scripts).toHaveLength(1);
    const hash = createHash('sha256').update(scripts.join()).digest('base64');
    const directives = policy.split('; ');
    expect(directives.sort()).toEqual(
      [
        "default-src 'none'",
        `script-src 'sha256-${hash}'`,
        "base-uri 'none'",
        "frame-ancestors 'none'",
      ].sort(),
    );
  });

  it('then the script sends the first form though a field is named as what sends it', () => {
    const { text } = pageOf({ fields: { submit: 'mine' } });
    const script = /<script>([^<]*)<\/script>/.exec(text)?.[1] ?? '';
    const sent: unknown[] = [];
    class HTMLFormElement {
      submit() {
        sent.push(this);
      }
    }
    const form = Object.defineProperty(new HTMLFormElement(), 'submit', { value: 'the field' });
    new Function('HTMLFormElement', 'document', script)(HTMLFormElement, { forms: [form] });
    expect(sent).toEqual([form]);
  });

  it('then the policy says nothing of form-action, which Chrome asks about the tool’s redirects', () => {
    expect(pageOf().policy).not.toContain('form-action');
  });

  it('then the runtime takes it for a file', () => {
    expect(FileBody.safeParse(selfSubmittingForm(launch))).toMatchObject({ success: true });
  });

  it('then whatever is in it stays text, and arrives as it was', () => {
    const usual = tagsIn(pageOf({ fields: { a: '' } }).text);
    const nasty = fc.oneof(
      fc.string(),
      fc.constantFrom('"><script>', "' onload='x", '</title><base href=//evil>', '&lt;&amp;lt;'),
    );
    fc.assert(
      fc.property(nasty, nasty, nasty, nasty, (name, value, words, language) => {
        const { text } = pageOf({
          fields: { [name]: value },
          words,
          title: words,
          button: words,
          language,
        });
        expect(tagsIn(text)).toEqual(usual);
        const [, readName, readValue] =
          /type="hidden" name="([^"]*)" value="([^"]*)">/.exec(text) ?? [];
        expect([read(readName), read(readValue)]).toEqual([name, value]);
        expect(read(/<p>([^<]*)<\/p>/.exec(text)?.[1])).toBe(words);
        expect(read(/<html lang="([^"]*)">/.exec(text)?.[1])).toBe(language);
      }),
      { numRuns: runs(100) },
    );
  });

  it('then a value that would end the attribute of the address does not', () => {
    const { text } = pageOf({ action: 'https://tool.example/?a="><script>' });
    expect(tagsIn(text)).toEqual(tagsIn(pageOf().text));
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', '/launch', 'tool.example', ''])(
    'then "%s" is no address to send it to',
    (action) => {
      expect(() => pageOf({ action })).toThrow(TypeError);
    },
  );
});

describe('given words for somebody who has come to an end', () => {
  it('then the page says them and nothing else, whatever is in them', () => {
    const said = { language: 'ko', title: '<b>"1"</b>', words: "</p><script>'x'</script>" };
    const page = plainPage(said);
    if (!('text' in page)) throw new Error('no page');
    expect(read(/<h1>(.*)<\/h1>/.exec(page.text)?.[1])).toBe(said.title);
    expect(read(/<p>(.*)<\/p>/.exec(page.text)?.[1])).toBe(said.words);
    expect(tagsIn(page.text)).not.toContain('<script');
    expect(tagsIn(page.text)).not.toContain('<b');
  });
});
