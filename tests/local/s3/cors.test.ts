import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type OpenS3, openS3, upload } from './open-s3.ts';

const pdf = '%PDF-1.7 a paper';
let region: OpenS3;
beforeEach(async () => {
  region = await openS3();
  await region.bucket('papers');
});
afterEach(() => region.close());

describe('a page of this machine', () => {
  const page = { origin: 'http://localhost:5173' };
  const preflight = (url: string, headers: Record<string, string>, method = 'POST') =>
    fetch(url, {
      method: 'OPTIONS',
      headers: { ...page, 'access-control-request-method': method, ...headers },
    });

  it('learns of the answer when the bucket has a rule for it', async () => {
    await region.bucket('open', {
      CorsConfiguration: {
        CorsRules: [
          {
            AllowedMethods: ['POST'],
            AllowedOrigins: ['https://learn.example.org'],
            AllowedHeaders: ['x-amz-*'],
            ExposedHeaders: ['ETag'],
            MaxAge: 3000,
          },
        ],
      },
    });
    const { url, fields } = await region.sign({ Bucket: 'open', Key: 'in/p-1' });
    const asked = { 'access-control-request-headers': 'X-Amz-Date' };
    const allowed = await preflight(url, asked);
    expect(allowed.status).toBe(204);
    expect(Object.fromEntries(allowed.headers)).toMatchObject({
      'access-control-allow-origin': page.origin,
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'x-amz-date',
      'access-control-max-age': '3000',
    });
    expect((await preflight(url, { 'access-control-request-headers': 'x-own' })).status).toBe(403);
    expect((await preflight(url, {}, 'PUT')).status).toBe(403);
    const answer = await upload(url, fields, pdf, 'p.pdf', page);
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-origin')).toBe(page.origin);
    expect(answer.headers.get('access-control-expose-headers')).toBe('ETag');
  });

  it('learns nothing without one, and a page from elsewhere is refused', async () => {
    const { url, fields } = await region.sign({ Key: 'in/p-1' });
    expect((await preflight(url, {})).status).toBe(403);
    const answer = await upload(url, fields, pdf, 'p.pdf', page);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    const elsewhere = { origin: 'https://elsewhere.example.org' };
    expect((await upload(url, fields, pdf, 'p.pdf', elsewhere)).status).toBe(403);
  });
});
