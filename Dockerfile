# Build: the locked packages, then the project, in a virtual environment of their own.
FROM python:3.13-slim AS build

ENV PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH

WORKDIR /src
COPY requirements.lock ./
RUN pip install --require-hashes --requirement requirements.lock
COPY . .
RUN pip install --no-deps --no-build-isolation .

# Run: nothing that builds, nobody who may write but to /data and /tmp.
# docker run --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges \
#     --volume ledger:/data --publish 8000:8000 tricredit
FROM python:3.13-slim

# LightGBM needs OpenMP. Its version is the base image's, so it isn't pinned here.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libgomp1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin \
        tricredit \
    && install --directory --owner tricredit --mode 0750 /data

COPY --from=build /opt/venv /opt/venv
COPY mappings /opt/tricredit/mappings
COPY recipes /opt/tricredit/recipes

ENV PATH=/opt/venv/bin:$PATH \
    MPLCONFIGDIR=/tmp/matplotlib \
    NUMBA_CACHE_DIR=/tmp/numba \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    TRICREDIT_UPLOAD_FOLDER=/data
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8000

HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/health/live', timeout=2)"]

CMD ["tricredit", "serve", "--host", "0.0.0.0"]
