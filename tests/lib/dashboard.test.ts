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
const pages = [...resourcesOf(template, 'AWS::CloudWatch::Dashboard').values()].map(
  ({ Properties }) =>
    z
      .object({ widgets: z.array(Widget) })
      .parse(JSON.parse(Body.parse(Properties['DashboardBody']))).widgets,
);
const widgets = pages.flat();

/** Namespace and name of each metric that graphs show. */
const shownBy = (some: typeof widgets) =>
  some.flatMap(({ properties }) =>
    properties.metrics.map(([namespace, name, ...dimensions]) => ({
      namespace: String(namespace),
      name: String(name),
      dimensions,
    })),
  );
const shown = shownBy(widgets);

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
      'Mentoring',
      'Deletions that wait for too long',
      'Providers that need somebody',
      'Requests, and answers 4xx and 5xx',
      'Latency (ms): p50, p95',
      'The canary',
      'Functions of the account',
      'Time of all of them (ms)',
      'Delay of streams (ms)',
      'Mails of the account',
      'Oldest message for a provider (seconds)',
      'Given up for a provider',
      'Units of tables',
      'Refused by tables for coming too fast',
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
    ['AWS::DynamoDB::Table', 'ConsumedWriteCapacityUnits'],
    ['AWS::DynamoDB::Table', 'ReadThrottleEvents'],
  ])('then no %s is missing from its %s', (type, metric) => {
    const told = shown.filter(({ name }) => name === metric);
    expect(told).toHaveLength(resourcesOf(template, type).size);
  });

  it('then nothing is paid for it: three dashboards of fifty metrics each are free', () => {
    expect(pages).toHaveLength(3);
    for (const page of pages) expect(shownBy(page).length).toBeLessThanOrEqual(50);
  });
});
