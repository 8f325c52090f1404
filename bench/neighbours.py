# faiss on the rows of neighbours.ts, one thread: argv is the file of rows, the file of queries, d, k. Rows are of unit
# length. Writes what its HNSW found beside the queries, prints one JSON object: seconds.
import json, sys, time
import faiss
import numpy as np

d, k = int(sys.argv[3]), int(sys.argv[4])
rows = np.fromfile(sys.argv[1], dtype=np.float32).reshape(-1, d)
queries = np.fromfile(sys.argv[2], dtype=np.float32).reshape(-1, d)
faiss.omp_set_num_threads(1)


def timed(work):
    began = time.perf_counter()
    return work(), time.perf_counter() - began


flat = faiss.IndexFlatIP(d)
flat.add(rows)
flat.search(queries, k)
_, flat_seconds = timed(lambda: flat.search(queries, k))
graph = faiss.IndexHNSWFlat(d, 16, faiss.METRIC_INNER_PRODUCT)
graph.hnsw.efConstruction = 128
graph.hnsw.efSearch = 64
_, build_seconds = timed(lambda: graph.add(rows))
(_, found), graph_seconds = timed(lambda: graph.search(queries, k))
found.astype(np.int32).tofile(sys.argv[2] + '.found')
print(json.dumps({'version': faiss.__version__, 'flat': flat_seconds, 'build': build_seconds, 'graph': graph_seconds}))
