import { expect, it } from 'vitest';
import { run } from './ladder.ts';

it('ladder start --empty opens an account to deploy into, and stops by Ctrl-C', async () => {
  const { said, child, ended } = run([
    'start',
    ...['--empty', '--port', '0', '--region', 'regions/taebaek.yaml'],
  ]);
  const printed: string[] = [];
  child.stdout?.on('data', (text) => printed.push(String(text)));
  try {
    await said('Stop: Ctrl-C');
    const [, endpoint = ''] = /AWS\s+(http\S+\/_aws)/.exec(printed.join('')) ?? [];
    expect(printed.join('')).toContain(`--endpoint ${endpoint}`);
    const answer = await fetch(endpoint, {
      method: 'POST',
      headers: { authorization: 'AWS4 Credential=local/20260101/here/sts/aws4_request' },
      body: new URLSearchParams({ Action: 'GetCallerIdentity' }),
    });
    expect(await answer.text()).toContain('<Account>000000000000</Account>');
  } finally {
    child.kill('SIGINT');
  }
  expect(await ended).toMatchObject({ code: 0, stderr: '' });
}, 60_000);
