// The n x n distances HDBSCAN needs, a tile at a time, none kept: which rows are near, and which edges shorten a tree.
// The parts: rows and their distances, the first pass, the second pass. Called by tile-work.ts, which has their types.
export { exactRows, smallRows, roundRows, distanceOf } from './tile-rows.as';
export { lists, nearestTile, nearestOf } from './tile-nearest.as';
export { tree, edges, linkTile } from './tile-link.as';
