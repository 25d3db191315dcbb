# docker build --tag tricredit .
# docker run --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges \
#     --volume ledger:/data --publish 8000:8000 tricredit
# Ledger, models, several workers, compose, Kubernetes: docs/deployment.md

# A release pins the base: --build-arg PYTHON_IMAGE=python:3.13-slim@sha256:...
ARG PYTHON_IMAGE=python:3.13-slim

# Build: the locked packages, then the project, in a virtual environment of their own.
FROM ${PYTHON_IMAGE} AS build

ENV PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH

WORKDIR /src
COPY requirements.lock ./
RUN pip install --require-hashes --requirement requirements.lock
COPY . .
RUN pip install --no-deps --no-build-isolation .

# List: what is in that environment, and under which licences.
FROM build AS list

RUN python -m venv /opt/lister \
    && /opt/lister/bin/pip install --require-hashes --requirement requirements-shipping.lock \
    && /opt/lister/bin/cyclonedx-py environment --output-reproducible --output-format JSON \
        --pyproject pyproject.toml --output-file /opt/sbom.cdx.json /opt/venv

# Run: nothing that builds, nobody who may write but to /data and /tmp.
FROM ${PYTHON_IMAGE}

LABEL org.opencontainers.image.title="Tricredit" \
      org.opencontainers.image.description="Risk scoring for supply-chain finance" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.cyclonedx.sbom="/opt/tricredit/sbom.cdx.json"

# LightGBM needs OpenMP. Its version is the base image's, so it isn't pinned here.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libgomp1 \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --system --gid 10001 tricredit \
    && useradd --system --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin \
        tricredit \
    && install --directory --owner tricredit --mode 0750 /data

COPY --from=build /opt/venv /opt/venv
COPY --from=list /opt/sbom.cdx.json /opt/tricredit/sbom.cdx.json
COPY mappings /opt/tricredit/mappings
COPY recipes /opt/tricredit/recipes

ENV PATH=/opt/venv/bin:$PATH \
    MPLCONFIGDIR=/tmp/matplotlib \
    NUMBA_CACHE_DIR=/tmp/numba \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    TRICREDIT_HOST=0.0.0.0 \
    TRICREDIT_VARIABLES=/run/secrets \
    TRICREDIT_UPLOAD_FOLDER=/data
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8000

HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/health/live', timeout=2)"]

# Without a shell between, so that SIGTERM reaches the service, which then answers what it has begun.
ENTRYPOINT ["tricredit"]
CMD ["serve"]
