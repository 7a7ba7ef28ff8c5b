# The platform's own parts: Airflow, Spark's driver and the dashboard. docker-compose.airflow.yml runs it.
FROM python:3.11.13-slim-bookworm AS libraries
COPY --from=ghcr.io/astral-sh/uv:0.13.9 /uv /usr/local/bin/uv
# pyspark is built from source; nothing else needs a compiler.
ENV UV_LINK_MODE=copy VIRTUAL_ENV=/opt/comptoir/.venv
RUN uv venv /opt/comptoir/.venv
COPY requirements.txt /opt/comptoir/
RUN --mount=type=cache,target=/root/.cache/uv uv pip sync --compile-bytecode /opt/comptoir/requirements.txt

FROM python:3.11.13-slim-bookworm
RUN apt-get update \
    && apt-get install --yes --no-install-recommends openjdk-17-jre-headless procps \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --create-home comptoir \
    && install --directory --owner=comptoir /opt/comptoir /opt/comptoir/cache /var/lib/comptoir
COPY --from=libraries --chown=comptoir /opt/comptoir/.venv /opt/comptoir/.venv
ENV PATH=/opt/comptoir/.venv/bin:$PATH \
    VIRTUAL_ENV=/opt/comptoir/.venv \
    COMPTOIR_HOME=/var/lib/comptoir \
    COMPTOIR_CACHE=/opt/comptoir/cache
WORKDIR /opt/comptoir
COPY --chown=comptoir . .
USER comptoir
# An editable install finds dags/, plugins/ and expectations/ where the sources are.
RUN --mount=from=ghcr.io/astral-sh/uv:0.13.9,source=/uv,target=/usr/local/bin/uv \
    uv pip install --no-cache --no-deps --editable . \
    && comptoir fetch
ENTRYPOINT ["comptoir", "container"]
CMD ["--help"]
