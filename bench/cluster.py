# hdbscan and scikit-learn on the rows of cluster-once.ts: argv is their file and d. Writes hdbscan's labels beside it,
# prints one JSON object: seconds (of one run each), megabytes.
import json, resource, sys, time
import numpy as np
from sklearn.cluster import HDBSCAN as SklearnHDBSCAN
from sklearn.metrics import pairwise_distances
import hdbscan

rows = np.fromfile(sys.argv[1], dtype=np.float32).reshape(-1, int(sys.argv[2])).astype(np.float64)

began = time.perf_counter()
distances = pairwise_distances(rows, metric='cosine')
labels = hdbscan.HDBSCAN(min_cluster_size=5, min_samples=3, metric='precomputed').fit_predict(distances)
took = time.perf_counter() - began
labels.astype(np.int32).tofile(sys.argv[1] + '.labels')
megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

began = time.perf_counter()
SklearnHDBSCAN(min_cluster_size=5, min_samples=4, metric='cosine', algorithm='brute', copy=True).fit(rows)
print(json.dumps({'hdbscan': took, 'hdbscanMb': megabytes, 'sklearn': time.perf_counter() - began}))
