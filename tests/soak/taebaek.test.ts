import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { UsernameExistsException } from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publicLogin } from '../../bin/login.ts';
import { until } from '../until.ts';
import { type OwnRegion, ownRegion } from '../whole/own-region.ts';

let region: OwnRegion;
beforeAll(async () => {
  region = await ownRegion('regions/taebaek.yaml');
});
afterAll(() => region.stop());

describe('another region file', () => {
  it('makes another region of the same code: the tour of Taebaek ends with three accounts', async () => {
    const options = ['demo', '--url', region.people.url];
    const child = spawn(process.execPath, ['bin/ladder.mjs', ...options]);
    const [printed, complained] = await Promise.all([text(child.stdout), text(child.stderr)]);
    expect(complained).toBe('');
    expect(printed).toContain("A learner's journey through Taebaek");
    expect(printed).toContain('3 active accounts');
  });

  it('tells of itself what its file says', async () => {
    const configuration = await region.people.configuration();
    expect(configuration.region).toMatchObject({ id: 'taebaek', timeZone: 'Asia/Seoul' });
    expect(configuration.region.areas).toHaveLength(1);
  });

  it('edge case 8: frees an address that was signed up and never confirmed, after its number of days', async () => {
    const { people } = region;
    const configuration = await people.configuration();
    const signUp = (password: string) =>
      publicLogin(configuration, 'squatted@example.com', password).signUp();
    const isFree = async () => {
      try {
        await signUp('the password of its owner 1');
        return true;
      } catch (error) {
        if (error instanceof UsernameExistsException) return false;
        throw error;
      }
    };
    await signUp('the password of a stranger 1');
    expect(await isFree()).toBe(false);
    await people.control.advance(8 * 86_400);
    await until(isFree);
  });
});
