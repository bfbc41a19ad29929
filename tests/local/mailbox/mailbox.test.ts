import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Mailbox } from '../../../local/mailbox/mailbox.ts';
import { mailboxPage } from '../../../local/mailbox/page.ts';
import { openState } from '../../../local/state.ts';

const mail = {
  from: 'no-reply@local',
  to: 'kim@example.org',
  subject: 'Your code',
  text: 'Your code is 123456.',
  at: Date.UTC(2026, 10, 21, 9, 30),
};

describe('the mailbox', () => {
  it('keeps mails over a restart on the same data', () => {
    const directory = mkdtempSync(join(tmpdir(), 'mailbox-'));
    const first = openState(join(directory, 'state.sqlite'));
    new Mailbox(first).deliver(mail);
    first.close();
    const second = openState(join(directory, 'state.sqlite'));
    expect(new Mailbox(second).list({})).toEqual([{ ...mail, id: 1, files: [] }]);
    second.close();
    rmSync(directory, { recursive: true });
  });

  it('forgets the oldest mails beyond ten thousand', () => {
    const mailbox = new Mailbox(new DatabaseSync(':memory:'));
    for (let count = 1; count <= 10_003; count += 1) mailbox.deliver({ ...mail, at: count });
    const mails = mailbox.list({});
    expect(mails).toHaveLength(10_000);
    expect(mails.at(-1)).toMatchObject({ at: 4 });
  });

  it('never gives the same number twice, also after it has been emptied', () => {
    const mailbox = new Mailbox(new DatabaseSync(':memory:'));
    mailbox.deliver(mail);
    mailbox.empty();
    mailbox.deliver(mail);
    expect(mailbox.list({})).toMatchObject([{ id: 2 }]);
  });
});

const pageOf = (...mails: object[]) =>
  mailboxPage(
    mails.map((changes, at) => ({ ...mail, files: [], ...changes, id: at + 1 })),
    undefined,
  );

describe('files of a mail', () => {
  const files = [
    { name: 'a.ics', type: 'text/calendar', content: Buffer.from('<&>').toString('base64') },
    { name: 'b.pdf', type: 'application/pdf', content: 'AAAA' },
  ];

  it('are kept in their order, with their own mail, and are emptied with it', () => {
    const mailbox = new Mailbox(new DatabaseSync(':memory:'));
    mailbox.deliver({ ...mail, files });
    mailbox.deliver(mail);
    expect(mailbox.list({}).map((one) => one.files)).toEqual([[], files]);
    expect(mailbox.list({ limit: 1 }).map((one) => one.files)).toEqual([[]]);
    mailbox.empty();
    expect(mailbox.list({})).toEqual([]);
  });

  it('are shown where they are text', () => {
    const { body } = pageOf({ files });
    expect(body).toContain('<summary>a.ics (text/calendar)</summary><pre>&lt;&amp;&gt;</pre>');
    expect(body).toContain('<summary>b.pdf (application/pdf)</summary></details>');
  });
});

describe("the mailbox's page", () => {
  it('shows each mail with its subject, address and text', () => {
    const { body } = pageOf({}, { subject: 'Welcome' });
    expect(body).toContain('<h2 id="mail-1">Your code</h2>');
    expect(body).toContain('<h2 id="mail-2">Welcome</h2>');
    expect(body).toContain('<a href="/_local/mailbox?to=kim%40example.org">kim@example.org</a>');
    expect(body).toContain(
      '<time datetime="2026-11-21T09:30:00.000Z">2026-11-21 09:30:00 UTC</time>',
    );
    expect(body).toContain('Your code is 123456.');
    expect(body).toContain('2 mails.');
  });

  it('says when there are none', () => {
    expect(pageOf().body).toContain('No mails yet.');
  });

  it('turns web addresses into links, without the full stop behind them', () => {
    const { body } = pageOf({ text: 'Open http://127.0.0.1:4000/x?a=1&b=2. Thanks' });
    expect(body).toContain(
      '<a href="http://127.0.0.1:4000/x?a=1&amp;b=2">http://127.0.0.1:4000/x?a=1&amp;b=2</a>. Thanks',
    );
  });

  it('shows the HTML that Cognito sends as text, with its code', () => {
    const text =
      '<p>인증 코드는 <b>123456</b> 입니다.</p><p>Name: a@b.example<br>Password: <b>Xy&lt;9&amp;&#39;</b></p>';
    expect(pageOf({ text }).body).toContain(
      '<pre>인증 코드는 123456 입니다.\n\nName: a@b.example\nPassword: Xy&lt;9&amp;&#39;</pre>',
    );
  });

  it('keeps a mail without tags as it is, also where it compares', () => {
    const text = 'a < b\n  and b > c & d';
    expect(pageOf({ text }).body).toContain('<pre>a &lt; b\n  and b &gt; c &amp; d</pre>');
  });

  it('shows where the links of a mail lead, and makes a link of web addresses only', () => {
    const text =
      '<a href="https://learn.example/go">Begin</a>, <a href="javascript:alert(1)">or here</a>';
    const { body } = pageOf({ text });
    expect(body).toContain('Begin <a href="https://learn.example/go">https://learn.example/go</a>');
    expect(body).toContain('or here');
    expect(body).not.toContain('javascript:');
  });

  it('leaves out what a reader of the mail would not see', () => {
    const text =
      '<style>p { color: red }</style><!-- note --><script>alert(1)</script><p>Hello</p>';
    expect(pageOf({ text }).body).toContain('<pre>Hello</pre>');
  });

  it('shows whatever a mail says as text, never as HTML', () => {
    const shape = (body: string) => body.replace(/<pre>.*?<\/pre>/s, '').match(/<[^>]*>/g)?.length;
    const plain = shape(pageOf({}).body);
    const hostile = fc
      .array(
        fc.constantFrom(
          '&lt;',
          '&#60;',
          '&#x3e;',
          '&quot;',
          '<',
          '>',
          '"',
          "'",
          '&',
          '/',
          'script',
          ' onload=',
          'http://x',
          '-->',
          '<b>',
          '<!--',
        ),
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(hostile, hostile, hostile, (subject, to, text) => {
        const { body } = pageOf({ subject, to, from: to, text });
        expect(shape(body)).toBe(plain);
        expect(body.match(/<script>/g)).toHaveLength(1);
        const shown = /<pre>(.*?)<\/pre>/s.exec(body)?.[1] ?? '';
        expect(shown.replace(/<a href="[^"<>]*">|<\/a>/g, '')).not.toMatch(/[<>"']/);
      }),
    );
  });

  it('allows the browser its own style and script only', () => {
    const { headers } = pageOf({});
    const policy = headers['content-security-policy'];
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'/,
    );
    expect(policy).not.toContain('unsafe');
  });
});
