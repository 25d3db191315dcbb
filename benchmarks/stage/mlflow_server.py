"""MLflow serving a LightGBM booster, as `mlflow models serve --env-manager local` does.

Runs in an environment of its own (``make mlflow``), so nothing of ours is imported:
``python -P mlflow_server.py BOOSTER FOLDER PORT``. Differences from that command, all in favour
of MLflow: no access log, httptools instead of h11, one thread for a single row, and no signature:
checking 239 columns against one takes ten times as long as all the rest.
"""

from __future__ import annotations

import os
import sys

import lightgbm as lgb
import mlflow.lightgbm
import uvicorn
from mlflow.pyfunc import scoring_server


def main(booster: str, folder: str, port: str) -> None:
    """Save the model, and serve it until the process is ended."""
    mlflow.lightgbm.save_model(lgb.Booster(model_file=booster), folder)
    os.environ[scoring_server._SERVER_MODEL_PATH] = folder
    uvicorn.run("mlflow.pyfunc.scoring_server.app:app", port=int(port), access_log=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
