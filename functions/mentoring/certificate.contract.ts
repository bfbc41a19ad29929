import * as z from 'zod';
import { Name } from '../identity/contract.ts';
import { idSchema } from '../runtime/ids.ts';
import type { Route } from '../runtime/route.ts';

export const CertificateCode = idSchema<'CertificateCode'>('crt');
export type CertificateCode = z.infer<typeof CertificateCode>;

const Day = z.iso.date().meta({ examples: ['2026-03-09'] });

/** What a mentor has done, as whoever holds the certificate can have confirmed. */
export const Certified = z.strictObject({
  /** Nothing more of the name: it stands on the certificate itself. */
  initial: z
    .string()
    .min(1)
    .meta({ examples: ['김'] }),
  mentorships: z.int().min(1),
  sessions: z.int().min(1),
  hours: z
    .number()
    .min(0)
    .meta({ examples: [8] }),
  /** The days of the first and the last of the sessions, in the region. */
  from: Day,
  until: Day,
  issuedOn: Day,
});
export type Certified = z.infer<typeof Certified>;

/** In the region's languages. */
const RegionName = z
  .record(z.string(), z.string())
  .meta({ examples: [{ ko: '강변시', en: 'Riverside' }] });

/** A mentor's certificate of activity (row 16). */
export const Certificate = Certified.extend({
  code: CertificateCode,
  name: Name,
  region: RegionName,
});
export type Certificate = z.infer<typeof Certificate>;

/** Certificates of activity. */
export const certificateRoutes = {
  readCertificate: {
    method: 'GET',
    path: '/me/mentor/certificate',
    access: { pool: 'public' },
    summary: 'Your certificate of activity as a mentor: the sessions that you have completed',
    description:
      'Its code stays the same until you complete another session. Whoever you give it to can have it confirmed with `GET /certificates/{code}`.',
    answers: { status: 200, body: Certificate },
    refusals: { 404: ['not-a-mentor', 'nothing-to-certify'] },
  },
  verifyCertificate: {
    method: 'GET',
    path: '/certificates/{code}',
    access: { pool: 'none' },
    summary: 'Whether a certificate is genuine, and what it has to say',
    description:
      'For universities and employers, without a login. It tells what was done and the first letter of the name, to compare with the certificate, and nothing else about a person; codes cannot be guessed.',
    params: z.strictObject({
      code: CertificateCode.meta({ description: 'The code on the certificate' }),
    }),
    answers: { status: 200, body: Certified.extend({ region: RegionName }) },
    refusals: { 404: ['no-such-certificate'] },
  },
} as const satisfies Readonly<Record<string, Route>>;
