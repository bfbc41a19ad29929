import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { drawDiagram } from '../../lib/diagram.ts';
import { seoul, taebaek, templateOf } from './template.ts';

const page = new URL('../../docs/architecture.md', import.meta.url);
// Seoul has providers of every kind.
const picture = drawDiagram(templateOf(seoul).toJSON());

/** The page with this picture between its marks. */
function withPicture(text: string, diagram: string): string {
  const marks = /(<!-- diagram: begin -->)[\s\S]*(<!-- diagram: end -->)/;
  if (!marks.test(text)) throw new Error('docs/architecture.md has lost the marks of the diagram');
  return text.replace(marks, `$1\n\n\`\`\`mermaid\n${diagram}\n\`\`\`\n\n$2`);
}

describe('given the synthesized template', () => {
  it('then docs/architecture.md shows what is deployed', async () => {
    const current = withPicture(readFileSync(page, 'utf8'), picture);
    await expect(current).toMatchFileSnapshot(page.pathname);
  });

  it('then every region has the same picture, however many providers it has, but for kinds that it has not', () => {
    const all = new Set(picture.split('\n'));
    const lines = drawDiagram(templateOf(taebaek).toJSON()).split('\n');
    expect(lines.filter((line) => !all.has(line))).toEqual([]);
    expect(lines.length).toBeGreaterThan(all.size - 3);
  });

  it('then a function that may do more is drawn with one arrow more', () => {
    const template = structuredClone(templateOf(seoul).toJSON());
    const [id, role] = Object.entries<{
      Properties: { Policies: { PolicyDocument: { Statement: unknown[] } }[] };
    }>(template['Resources']).find(([name]) => name.startsWith('AboutApiRole')) ?? ['', undefined];
    const table = Object.keys(template['Resources']).find((name) =>
      name.startsWith('EnrolmentData'),
    );
    role?.Properties.Policies[0]?.PolicyDocument.Statement.push({
      Action: 'dynamodb:PutItem',
      Resource: { 'Fn::GetAtt': [table, 'Arn'] },
    });
    expect(id).not.toBe('');
    expect(drawDiagram(template)).toContain('AboutApiFunction -->|writes| EnrolmentTable');
    expect(picture).not.toContain('AboutApiFunction -->|writes|');
  });
});
