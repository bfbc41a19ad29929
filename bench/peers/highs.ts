import loader from 'highs';
import type { Edges } from '../../functions/mentoring/edges.rules.ts';

// Its types are those of its CommonJS module, which has the loader one `default` deeper than the ES module has.
const loadHighs = loader as unknown as typeof loader.default;

interface Found {
  readonly score: number;
  readonly ms: number;
}

/** HiGHS, loaded once: solves an assignment as the linear program that it is. */
export async function highsSolver() {
  const highs = await loadHighs();

  /**
   * The highest total score, as HiGHS finds it. Corners of this program are whole numbers, so it is not told to look
   * for those; without presolve it is faster here. Handing it the program is not in its time.
   *
   * @throws Error if it finds no optimum
   */
  return function highestTotal(edges: Edges, capacities: readonly number[]): Found {
    const requests = edges.first.length - 1;
    const numCols = edges.score.length;
    const numRows = requests + capacities.length;
    const model = highs.createModel({
      sense: highs.constants.objectiveSense.maximize,
      numCols,
      numRows,
      colCost: Float64Array.from(edges.score),
      colLower: new Float64Array(numCols),
      colUpper: new Float64Array(numCols).fill(1),
      rowLower: new Float64Array(numRows),
      rowUpper: Float64Array.from([...new Uint8Array(requests).fill(1), ...capacities]),
      matrix: {
        format: 'csc',
        numCols,
        numRows,
        starts: Int32Array.from({ length: numCols + 1 }, (_, column) => 2 * column),
        indices: rowsOf(edges, requests),
        values: new Float64Array(2 * numCols).fill(1),
      },
    });
    try {
      model.options.set({ output_flag: false, presolve: 'off' });
      const begun = performance.now();
      model.run();
      const ms = Math.round(performance.now() - begun);
      if (model.getModelStatus() !== highs.constants.modelStatus.optimal) {
        throw new Error(`HiGHS found no optimum, but status ${model.getModelStatus()}`);
      }
      return { score: Math.round(model.getObjectiveValue()), ms };
    } finally {
      model.dispose();
    }
  };
}

/** Each edge is in two rows: that of its request, and that of its mentor. */
function rowsOf({ first, mentor }: Edges, requests: number): Int32Array {
  const rows = new Int32Array(2 * mentor.length);
  for (let request = 0; request < requests; request += 1) {
    const end = first[request + 1] ?? 0;
    for (let edge = first[request] ?? 0; edge < end; edge += 1) {
      rows[2 * edge] = request;
      rows[2 * edge + 1] = requests + (mentor[edge] ?? 0);
    }
  }
  return rows;
}
