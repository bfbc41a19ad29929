import { describe, expect, it } from 'vitest';
import { beforeYouDeploy, samplesIn } from '../../bin/samples.ts';
import { loadRegion, parseRegion } from '../../regions/load.ts';
import { seoul, taebaek } from '../lib/template.ts';
import { hamlet } from '../regions/hamlet.ts';

describe('what still looks like a sample', () => {
  it('is listed with its path, one line each', () => {
    expect(samplesIn(taebaek)).toEqual([
      'deployment.mail.from: learn@taebaek.example',
      'deployment.mail.domain: taebaek.example',
      'deployment.firstAdministrator: first.administrator@taebaek.example',
      'deployment.origins[0]: https://learn.taebaek.example',
      'policies[0].legalBasis: Sample Ordinance on Educational Support for Young People, a…',
    ]);
    expect(samplesIn(loadRegion('regions/north-chungcheong.yaml'))).toEqual([
      'deployment.mail.from: learn@north-chungcheong.example',
      'deployment.mail.domain: north-chungcheong.example',
      'deployment.firstAdministrator: first.administrator@north-chungcheong.example',
      'deployment.origins[0]: https://learn.north-chungcheong.example',
      'deployment.meetings.template: https://meet.north-chungcheong.example/{room}',
      'deployment.domain.name: api.north-chungcheong.example',
      'policies[0].legalBasis: Sample Ordinance on Closing the Education Gap of the Provin…',
      'policies[1].legalBasis: Sample Ordinance on Closing the Education Gap of the Provin…',
      'mentoring[0].legalBasis: Sample Agreement on Educational Cooperation of December 202…',
    ]);
    const bases = samplesIn(seoul).filter((line) => line.includes('legalBasis'));
    expect(bases).toHaveLength(9);
    expect(beforeYouDeploy(taebaek, 'regions/taebaek.yaml').split('\n')).toEqual([
      '',
      'Before you deploy: these are still samples in regions/taebaek.yaml',
      ...samplesIn(taebaek).map((line) => `  ${line}`),
      '',
    ]);
  });

  it('is not what a government wrote itself', () => {
    const text = hamlet.replaceAll(/\.example\b/g, '.go.kr');
    const region = parseRegion(text, 'hamlet.yaml');
    expect(samplesIn(region)).toEqual([]);
    expect(beforeYouDeploy(region, 'hamlet.yaml')).toBe(
      'Nothing in hamlet.yaml looks like a sample.',
    );
  });
});
