/** Two SCIM servers that take their time for each request: one for us, the same for whoever drives it directly. */
import { openWorld } from '../../world/world.ts';

const [, , latency = '80'] = process.argv;
const token = 'token-of-the-bench';
const world = await openWorld({
  providers: ['highland', 'direct'].map((id) => ({ id, kind: 'scim', token })),
  registry: { key: 'key' },
});
for (const id of ['highland', 'direct']) {
  await fetch(`${world.url}/control/providers/${id}/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ kind: 'slow', ms: Number(latency) }),
  });
}
process.send?.({ url: world.url, token });
