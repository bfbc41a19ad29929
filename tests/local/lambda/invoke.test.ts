import { describe, expect, it } from 'vitest';
import { lambdaRegion } from './region.ts';

describe('a function of the local region', () => {
  it('is invoked by name, by ARN and as $LATEST, and answers with what JSON carries', async () => {
    const region = lambdaRegion();
    const source = 'export const handler = async (event) => ({ ...event, gone: undefined });';
    const { ref, attributes } = await region.deploy('echo', source);
    const event = { text: '가', at: new Date(0), nothing: undefined };
    const expected = { ok: true, value: { text: '가', at: '1970-01-01T00:00:00.000Z' } };
    expect(await region.lambda.invoke(ref, event)).toEqual(expected);
    expect(attributes['Arn']).toBe('arn:aws:lambda:ap-northeast-2:000000000000:function:echo');
    expect(await region.lambda.invoke(attributes['Arn'] ?? '', event)).toEqual(expected);
    expect(await region.lambda.invoke(`${attributes['Arn']}:$LATEST`, event)).toEqual(expected);
  });

  it('answers null when its handler returns nothing', async () => {
    const region = lambdaRegion();
    await region.deploy('silent', 'export const handler = async () => {};');
    expect(await region.lambda.invoke('silent', {})).toEqual({ ok: true, value: null });
  });

  it('that the template does not have, or an alias, is refused by name', async () => {
    const region = lambdaRegion();
    const { attributes } = await region.deploy('echo', 'export const handler = async () => 1;');
    await expect(region.lambda.invoke('ehco', {})).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      message: 'Function not found: ehco; the template has echo',
    });
    await expect(region.lambda.invoke(`${attributes['Arn']}:live`, {})).rejects.toThrow(/alias/);
  });

  it("gives its handler Lambda's context", async () => {
    const region = lambdaRegion();
    const source = `export const handler = async (_, context) => {
      const left = context.getRemainingTimeInMillis();
      return { ...context, left, trace: process.env._X_AMZN_TRACE_ID };
    };`;
    await region.deploy('context', source, { Timeout: 7, MemorySize: 256 });
    const [first, second] = [
      await region.lambda.invoke('context', {}),
      await region.lambda.invoke('context', {}),
    ];
    expect(first).toMatchObject({
      ok: true,
      value: {
        functionName: 'context',
        functionVersion: '$LATEST',
        invokedFunctionArn: 'arn:aws:lambda:ap-northeast-2:000000000000:function:context',
        memoryLimitInMB: '256',
        awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        logGroupName: '/aws/lambda/context',
        logStreamName: expect.stringContaining('[$LATEST]'),
        trace: expect.stringMatching(
          /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/,
        ),
      },
    });
    const value = (outcome: typeof first) => (outcome.ok ? outcome.value : undefined);
    expect(value(first)).toHaveProperty(
      'left',
      expect.toSatisfy((ms: number) => ms > 6000 && ms <= 7000),
    );
    expect(value(second)).not.toHaveProperty('awsRequestId', Object(value(first)).awsRequestId);
  });

  it('finds in its environment what Lambda, the region and the template set, and nothing of ours', async () => {
    process.env['SECRET_OF_THE_RUNNER'] = 'leaked';
    const region = lambdaRegion({
      AWS_ENDPOINT_URL: 'http://127.0.0.1:4000/_aws',
      TABLE: 'region',
    });
    const source = 'export const handler = async () => ({ ...process.env });';
    const Environment = { Variables: { TABLE: 'learners' } };
    await region.deploy('env', source, { Environment, MemorySize: 512 });
    const outcome = await region.lambda.invoke('env', {});
    delete process.env['SECRET_OF_THE_RUNNER'];
    expect(outcome).toEqual({
      ok: true,
      value: {
        AWS_ACCESS_KEY_ID: 'ASIA-env',
        AWS_SECRET_ACCESS_KEY: 'local',
        AWS_SESSION_TOKEN: 'session-of-env',
        AWS_REGION: 'ap-northeast-2',
        AWS_DEFAULT_REGION: 'ap-northeast-2',
        AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
        AWS_LAMBDA_FUNCTION_NAME: 'env',
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
        AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
        AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/env',
        AWS_LAMBDA_LOG_STREAM_NAME: expect.any(String),
        AWS_ENDPOINT_URL: 'http://127.0.0.1:4000/_aws',
        _HANDLER: 'index.handler',
        _X_AMZN_TRACE_ID: expect.any(String),
        TABLE: 'learners',
      },
    });
  });

  it('hands over what it prints line by line before its result', async () => {
    const region = lambdaRegion();
    const source = `export const handler = async () => {
      console.log('one\\ntwo'); console.error('three'); process.stdout.write('fo'); process.stdout.write('ur');
    };`;
    await region.deploy('chatty', source);
    await region.lambda.invoke('chatty', {});
    expect(region.lines).toEqual(['one', 'two', 'three', 'four'].map((line) => `chatty: ${line}`));
  });

  it('refuses an event above 6 MB and reports a result above it', async () => {
    const region = lambdaRegion();
    await region.deploy('big', "export const handler = async (n) => 'x'.repeat(n);");
    expect(await region.lambda.invoke('big', 'x'.repeat(6_291_456))).toMatchObject({
      ok: false,
      errorType: 'RequestEntityTooLargeException',
    });
    expect(await region.lambda.invoke('big', 6_291_555)).toMatchObject({
      errorType: 'Function.ResponseSizeTooLarge',
    });
    expect(await region.lambda.invoke('big', 6_291_554)).toMatchObject({ ok: true });
  });
});

describe("the region's clock", () => {
  const source = `
    const born = Date.now();
    export const handler = async (given) => ({
      born, now: Date.now(), made: new Date().getTime(), called: Date(), given: new Date(given).toISOString(),
      parts: new Date(2026, 10, 5).getMonth(), utc: Date.UTC(2026, 10, 5), parsed: Date.parse('2026-11-05'),
      is: new Date() instanceof Date, again: new (new Date().constructor)().getTime(),
      sub: new (class extends Date { year() { return this.getUTCFullYear(); } })().year(),
    });`;

  it('is what a handler reads from Date, at once when the clock moves', async () => {
    const region = lambdaRegion();
    await region.deploy('clock', source);
    const before = await region.lambda.invoke('clock', '2026-11-05T00:00:00Z');
    const year = 365 * 86_400_000;
    region.context.clock.advance(10 * year);
    const after = await region.lambda.invoke('clock', '2026-11-05T00:00:00Z');
    if (!before.ok || !after.ok) throw new Error('the handler failed');
    // The handler above returns these fields.
    const [first, then] = [before.value, after.value] as Record<string, never>[];
    for (const field of ['now', 'made', 'again']) {
      expect(then?.[field]).toBeCloseTo(region.context.clock.now(), -4);
      expect(first?.[field]).toBeCloseTo(Date.now(), -4);
    }
    expect(then?.['born']).toBe(first?.['born']);
    expect(then).toMatchObject({ given: '2026-11-05T00:00:00.000Z', parts: 10, is: true });
    expect(then).toMatchObject({ utc: Date.UTC(2026, 10, 5), parsed: Date.UTC(2026, 10, 5) });
    const year10 = new Date(region.context.clock.now()).getUTCFullYear();
    expect(then).toMatchObject({ called: expect.stringContaining(String(year10)), sub: year10 });
  });

  it('moved ahead ends no running function', async () => {
    const region = lambdaRegion();
    const slow = `export const handler = async (_, context) => {
      await new Promise((done) => setTimeout(done, 300));
      return context.getRemainingTimeInMillis() > 1000;
    };`;
    await region.deploy('slow', slow, { Timeout: 3 });
    const running = region.lambda.invoke('slow', {});
    region.context.clock.advance(3_600_000);
    expect(await running).toEqual({ ok: true, value: true });
  });
});
