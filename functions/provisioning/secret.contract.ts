import * as z from 'zod';

/** Where learners are sent with a signed ticket, `?ticket=…`; absent: they sign in there by themselves. */
const launch = z.url().exactOptional();

/** Where a provider's SCIM service is, and the token that opens it. */
export const ScimSecret = z.strictObject({ baseUrl: z.url(), token: z.string().min(1), launch });
export type ScimSecret = z.infer<typeof ScimSecret>;

/** Where a provider takes signed messages, and the key that signs them, and what it sends back. */
export const WebhookSecret = z.strictObject({
  url: z.url(),
  /** 24 to 64 bytes in base 64, with `whsec_` before it or without (Standard Webhooks). */
  key: z.string().regex(/^(whsec_)?[\w+/-]{32,88}={0,2}$/),
  launch,
});
export type WebhookSecret = z.infer<typeof WebhookSecret>;

/** What a tool registers with a platform (LTI 1.3 core, section 3.1.3). */
export const LtiSecret = z.strictObject({
  /** Where a launch begins: third-party initiated login. */
  login: z.url(),
  /** What learners are launched into, unless a course has its own. */
  launch: z.url(),
  /** Where signed launches may be sent. */
  redirects: z.array(z.url()).min(1).max(20),
  /** Where the tool's own keys are. */
  jwks: z.url(),
  /** What officers are launched into to choose content; absent: the tool offers none. */
  deepLink: z.url().exactOptional(),
});
export type LtiSecret = z.infer<typeof LtiSecret>;

/** What opens a provider, by its kind; the others need no key. */
export const providerSecrets = {
  scim: ScimSecret,
  webhook: WebhookSecret,
  lti: LtiSecret,
} as const;
export type KindWithSecret = keyof typeof providerSecrets;
