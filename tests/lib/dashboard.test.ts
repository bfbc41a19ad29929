import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { metricNamespace, metrics } from '../../functions/runtime/metric-names.ts';
import { resourcesOf, seoul, templateOf } from './template.ts';

const template = templateOf(seoul);

/** A dashboard's text, with what CloudFormation would put in as `<LogicalId>`. */
const Body = z.union([
  z.string(),
  z
    .object({ 'Fn::Join': z.tuple([z.literal(''), z.array(z.unknown())]) })
    .transform(({ 'Fn::Join': [, parts] }) =>
      parts
        .map((part) => (typeof part === 'string' ? part : JSON.stringify(part).replaceAll('"', '')))
        .join(''),
    ),
]);
const Widget = z.object({
  properties: z.object({
    title: z.string().optional(),
    markdown: z.string().optional(),
    metrics: z.array(z.array(z.unknown())).default([]),
  }),
});
const [page] = resourcesOf(template, 'AWS::CloudWatch::Dashboard').values();
const { widgets } = z
  .object({ widgets: z.array(Widget) })
  .parse(JSON.parse(Body.parse(page?.Properties['DashboardBody'])));

/** Namespace and name of each metric that a graph shows; an expression is made of such. */
const shown = widgets.flatMap(({ properties }) =>
  properties.metrics.flatMap(([namespace, name, ...dimensions]) =>
    typeof namespace === 'string' ? [{ namespace, name: String(name), dimensions }] : [],
  ),
);

/** The sources of functions, apart from the registry itself. */
const sources = readdirSync('functions', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('metric-names.ts'))
  .map((file) => readFileSync(`functions/${file}`, 'utf8'));

describe('given the dashboard of a region', () => {
  it('then it shows what people did, how the API answers, and what costs', () => {
    const titles = widgets.flatMap(({ properties: { title } }) => title ?? []);
    expect(titles).toEqual([
      'Sign-ups and sign-ins',
      'Applications that came into a state',
      'Places and waits',
      'Oldest message for a provider (seconds)',
      'Given up for a provider',
      'Mentoring',
      'Deletions that wait for too long',
      'Providers that need somebody',
      'Requests, and answers 4xx and 5xx',
      'Latency (ms): p50, p95, p99',
      'The canary',
      'Errors of functions',
      'Throttles of functions and tables',
      'Delay of streams (ms)',
      'Units of tables',
      'Functions (GB-seconds, by memory)',
      'Mails of the account',
    ]);
    expect(
      widgets.filter(({ properties }) => properties.title && properties.metrics.length === 0),
    ).toEqual([]);
  });

  it('then each metric is AWS’s, or one that functions write', () => {
    const ours = shown.filter(({ namespace }) => !/^AWS\/\w+$/.test(namespace));
    expect(new Set(ours.map(({ namespace }) => namespace))).toEqual(new Set([metricNamespace]));
    expect(ours.map(({ name }) => name).filter((name) => !Object.hasOwn(metrics, name))).toEqual(
      [],
    );
    for (const { dimensions } of ours) {
      expect(dimensions.slice(0, 2)).toEqual(['Region', seoul.id]);
    }
  });

  it('then every metric that functions write is on it: what nobody looks at is not paid for', () => {
    const names = new Set(shown.map(({ name }) => name));
    expect(Object.keys(metrics).filter((name) => !names.has(name))).toEqual([]);
    // 0.30 USD a month each: docs/cost.md.
    expect(Object.keys(metrics).length).toBeLessThanOrEqual(25);
  });

  it.each(Object.keys(metrics))('then %s is written by a function', (name) => {
    const named = new RegExp(`['\\s]${name}['\\s:]`);
    expect(sources.some((source) => named.test(source))).toBe(true);
  });

  it.each([
    ['AWS::Lambda::Function', 'Errors'],
    ['AWS::Lambda::Function', 'Duration'],
    ['AWS::DynamoDB::Table', 'ConsumedWriteCapacityUnits'],
    ['AWS::DynamoDB::Table', 'ReadThrottleEvents'],
  ])('then no %s is missing from its %s', (type, metric) => {
    const told = shown.filter(({ name }) => name === metric);
    expect(told).toHaveLength(resourcesOf(template, type).size);
  });

  it('then it fits into CloudWatch: 500 widgets, 500 metrics in each, and 2,500 in all', () => {
    expect(widgets.length).toBeLessThanOrEqual(500);
    expect(shown.length).toBeLessThan(2500);
    for (const { properties } of widgets) expect(properties.metrics.length).toBeLessThan(500);
  });
});
