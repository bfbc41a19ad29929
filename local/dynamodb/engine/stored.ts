import type { Item } from './attribute.ts';

/** An item as it is kept, read only when somebody looks into it. */
export class Stored {
  readonly text: string;
  /** Bytes as DynamoDB counts them. */
  readonly size: number;
  #item: Item | undefined;

  constructor(text: string, size: number, item?: Item) {
    this.text = text;
    this.size = size;
    this.#item = item;
  }

  /** Not to be changed. */
  get item(): Item {
    // Only what `checkedItem` has seen was stored.
    this.#item ??= JSON.parse(this.text) as Item;
    return this.#item;
  }
}
