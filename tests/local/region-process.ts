import { bootRegion } from '../../local/region.ts';

/** A region in a process of its own, so that a test can kill it: assembly and data directory are given. */
const [assembly = '', data = ''] = process.argv.slice(2);
const region = await bootRegion({
  port: 0,
  region: 'ap-northeast-2',
  data,
  assembly,
  secrets: { 'small/token': 'first' },
});
process.send?.(region.url);
