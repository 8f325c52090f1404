# scikit-learn on the rows of detect.ts: argv is the forest's file, its n and d, the silhouette's file, its n and d, runs.
# Prints one JSON object: seconds (median), scores of the last forest, the silhouette.
import json, statistics, sys, time
import numpy as np
import sklearn
from sklearn.ensemble import IsolationForest
from sklearn.metrics import silhouette_score

rows = np.fromfile(sys.argv[1]).reshape(int(sys.argv[2]), int(sys.argv[3]))
points = np.fromfile(sys.argv[4], dtype=np.float32).reshape(int(sys.argv[5]), int(sys.argv[6]))
labels = np.fromfile(sys.argv[4] + '.labels', dtype=np.int32)
runs = int(sys.argv[7])


def timed(work):
    seconds = []
    for seed in range(runs):
        began = time.perf_counter()
        result = work(seed)
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds), result


def forest(seed):
    return -IsolationForest(n_estimators=200, random_state=seed).fit(rows).score_samples(rows)


forest_seconds, scores = timed(forest)
silhouette_seconds, quality = timed(lambda _: silhouette_score(points, labels, metric='cosine'))
print(json.dumps({
    'version': sklearn.__version__,
    'forestSeconds': forest_seconds,
    'scores': scores.tolist(),
    'silhouetteSeconds': silhouette_seconds,
    'silhouette': float(quality),
}))
