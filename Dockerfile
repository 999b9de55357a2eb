# Two stages: the first builds a virtual environment from the locked requirements, the second holds only that.
FROM python:3.13-slim AS build
WORKDIR /src
RUN python -m venv /opt/digestbot
COPY requirements/run.txt requirements/run.txt
RUN /opt/digestbot/bin/pip install --no-cache-dir --require-hashes -r requirements/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY digestbot digestbot
COPY notes notes
RUN /opt/digestbot/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13-slim
# For notes in git repositories, over https and ssh.
RUN apt-get update && apt-get install -y --no-install-recommends git openssh-client && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /app digestbot \
    && install -d -o digestbot -g digestbot /app /app/config /app/notes /app/data
COPY --from=build /opt/digestbot /opt/digestbot
ENV PATH=/opt/digestbot/bin:$PATH PYTHONUNBUFFERED=1
WORKDIR /app
USER digestbot
VOLUME ["/app/notes", "/app/data"]
# The running bot touches data/alive every minute while it is connected to Discord.
HEALTHCHECK --interval=1m --timeout=5s --start-period=2m --retries=3 \
    CMD find data/alive -mmin -3 | grep -q .
STOPSIGNAL SIGTERM
ENTRYPOINT ["digestbot"]
CMD ["run"]
