/**
 * DBSCAN over the cells of a grid, for few columns: see dbscan.ts for what it finds, kernels/grid.ts for how.
 *
 * A cell is so small that its points are within eps of each other, so one with minSamples points is all core and never
 * measured; cells are joined, not points, and where two of many points lie face to face their points are halved until
 * a pair within eps, or the gap between them, shows. So the larger eps is the less there is to do. Gan & Tao, "DBSCAN
 * revisited: mis-claim, un-fixability, and approximation", SIGMOD 2015; Wang, Gu & Shun, "Theoretically-efficient and
 * practical parallel DBSCAN", SIGMOD 2020.
 */
import { shared, type Steps, type Task } from '../base/steps.ts'
import { findCore, labelBorder, type CellRange, type Grid, type GridPlace } from '../kernels/grid.ts'
import type { DbscanResult } from './dbscan.ts'

export function* dbscanInGrid(grid: Grid): Steps<DbscanResult> {
  yield
  yield* shared(coreOfCells, grid.place, grid.parts)
  grid.group()
  yield
  yield* shared(borderOfCells, grid.place, grid.parts)
  return grid.result()
}

/** Finds the core points of some cells. */
export const coreOfCells: Task<GridPlace, CellRange, void> = { name: 'dbscan/cells', run: findCore }

/** Gives the points of some cells that are not core the first group that they are within eps of. */
export const borderOfCells: Task<GridPlace, CellRange, void> = { name: 'dbscan/edges', run: labelBorder }
