import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { drawDiagram } from '../../lib/diagram.ts';
import { seoul, taebaek, templateOf } from './template.ts';

const page = new URL('../../docs/architecture.md', import.meta.url);
const picture = drawDiagram(templateOf(taebaek).toJSON());

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

  it('then every region has the same picture, however many providers it has', () => {
    expect(drawDiagram(templateOf(seoul).toJSON())).toBe(picture);
  });

  it('then a function that may do more is drawn with one arrow more', () => {
    const template = structuredClone(templateOf(taebaek).toJSON());
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
