# One image for the four services; which one it is, the command says: python -m services.<name>.
FROM python:3.11-slim-bookworm AS build
RUN pip install --no-cache-dir uv==0.13.9
WORKDIR /app
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PROJECT_ENVIRONMENT=/app/.venv
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN uv sync --frozen --no-dev --all-extras --no-install-project
COPY gongkai gongkai
COPY services services
COPY shared shared
RUN uv sync --frozen --no-dev --all-extras --no-editable
# Each service runs alone in its container; this is how one of them can describe them all.
RUN .venv/bin/gongkai openapi

FROM python:3.11-slim-bookworm
# Letters are printed as PDF with a font of the system.
RUN apt-get update -qq && apt-get install -qq --yes --no-install-recommends fonts-noto-cjk && rm -rf /var/lib/apt/lists/*
# The folders exist in the image so that fresh volumes over them belong to the unprivileged user.
RUN useradd --uid 10001 --no-create-home gongkai && mkdir -p /data/blobs && chown -R gongkai /data
COPY --from=build /app/.venv /app/.venv
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 TZ=Asia/Shanghai GONGKAI_DATA=/data GONGKAI_HOST=0.0.0.0
WORKDIR /data
USER gongkai
STOPSIGNAL SIGTERM
CMD ["gongkai", "doctor"]
