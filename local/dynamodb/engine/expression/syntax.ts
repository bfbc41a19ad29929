/** A step of a path: an attribute's name or `#placeholder`, or the place in a list. */
export type Step = string | number;
export type Path = readonly Step[];

export interface PathOperand {
  readonly kind: 'path';
  readonly path: Path;
}
export interface ValueOperand {
  readonly kind: 'value';
  /** Such as `:now`. */
  readonly name: string;
}
export interface SizeOperand {
  readonly kind: 'size';
  readonly path: Path;
}
export type Operand = PathOperand | ValueOperand | SizeOperand;

export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';

export type Test =
  | 'attribute_exists'
  | 'attribute_not_exists'
  | 'attribute_type'
  | 'begins_with'
  | 'contains';

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly of: Condition }
  | {
      readonly kind: 'compare';
      readonly by: Comparator;
      readonly left: Operand;
      readonly right: Operand;
    }
  | {
      readonly kind: 'between';
      readonly of: Operand;
      readonly low: Operand;
      readonly high: Operand;
    }
  | { readonly kind: 'in'; readonly of: Operand; readonly list: readonly Operand[] }
  | { readonly kind: 'test'; readonly test: Test; readonly of: PathOperand; readonly by?: Operand };

/** The right side of a SET. */
export type Source =
  | PathOperand
  | ValueOperand
  | { readonly kind: 'sum'; readonly sign: 1 | -1; readonly left: Source; readonly right: Source }
  | { readonly kind: 'if_not_exists'; readonly path: Path; readonly otherwise: Source }
  | { readonly kind: 'list_append'; readonly left: Source; readonly right: Source };

export interface Update {
  readonly sets: readonly { readonly path: Path; readonly from: Source }[];
  readonly removes: readonly Path[];
  readonly adds: readonly { readonly path: Path; readonly value: string }[];
  readonly deletes: readonly { readonly path: Path; readonly value: string }[];
}

/** An expression that was read, and the placeholders that it mentions. */
export interface Parsed<Tree> {
  readonly tree: Tree;
  readonly names: readonly string[];
  readonly values: readonly string[];
}
