import { bootRegion } from '../../local/region.ts';

/** A region in a process of its own, so that a test can kill it: assembly, data directory and database are given. */
const [assembly = '', data = '', endpoint = '', accessKey = ''] = process.argv.slice(2);
const region = await bootRegion({
  port: 0,
  region: 'ap-northeast-2',
  data,
  dynamodb: { endpoint, accessKey },
  assembly,
  secrets: { 'small/token': 'first' },
});
process.send?.(region.url);
