"""MLflow serving a LightGBM booster, as `mlflow models serve --env-manager local` does.

Runs in an environment of its own (``make mlflow``), so nothing of ours is imported:
``python -P mlflow_server.py BOOSTER FOLDER PORT``. Differences from that command, all in favour
of MLflow: no access log, httptools instead of h11, one thread for a single row.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import lightgbm as lgb
import mlflow.lightgbm
import uvicorn
from mlflow.models import ModelSignature
from mlflow.pyfunc import scoring_server
from mlflow.types import ColSpec, DataType, Schema


def save(booster: lgb.Booster, folder: Path) -> None:
    """Save a model whose columns are optional doubles: a value may be missing."""
    columns = [ColSpec(DataType.double, name, required=False) for name in booster.feature_name()]
    mlflow.lightgbm.save_model(booster, folder, signature=ModelSignature(Schema(columns)))


def main(booster: str, folder: str, port: str) -> None:
    """Save the model, and serve it until the process is ended."""
    save(lgb.Booster(model_file=booster), Path(folder))
    os.environ[scoring_server._SERVER_MODEL_PATH] = folder
    uvicorn.run("mlflow.pyfunc.scoring_server.app:app", port=int(port), access_log=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
