import type { Cancel } from '../clock.ts';

/** Who wants to be told when a table may have changed. */
export class Watchers {
  readonly #all = new Set<{ readonly table: string; readonly watcher: () => void }>();

  add(table: string, watcher: () => void): Cancel {
    const watched = { table, watcher };
    this.#all.add(watched);
    return () => this.#all.delete(watched);
  }

  /** @param concerns - whether a table of this name may have changed */
  tell(concerns: (table: string) => boolean): void {
    for (const { table, watcher } of this.#all) if (concerns(table)) watcher();
  }
}
