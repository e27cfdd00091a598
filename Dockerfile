# One image for every process; the arguments choose it: `iot_gateway`, or `services worker`, `services api`, …
# The build context is the repository; nothing in it is fetched at run time.

FROM node:24-bookworm-slim AS wall
WORKDIR /wall
COPY dashboards/wall/package.json dashboards/wall/package-lock.json ./
RUN npm ci
COPY dashboards/wall/ ./
RUN npm run build

FROM python:3.11-slim-bookworm AS python
RUN python -m venv /opt/haidang
COPY requirements/runtime.lock /tmp/runtime.lock
RUN /opt/haidang/bin/pip install --no-cache-dir --require-hashes -r /tmp/runtime.lock

FROM python AS client
WORKDIR /client
COPY protos ./protos
COPY clients ./clients
RUN /opt/haidang/bin/python protos/package.py --fetch /downloads

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /nonexistent haidang
COPY --from=python /opt/haidang /opt/haidang
WORKDIR /opt/haidang/app
COPY iot_gateway ./iot_gateway
COPY services ./services
COPY protos/gen/ioc ./ioc
COPY clients/python/haidang_client ./haidang_client
COPY --from=wall /wall/dist ./wall
COPY --from=client /downloads ./client
# Its user may write nothing, so no process could keep what it compiled: each start would compile it all.
RUN /opt/haidang/bin/python -m compileall -q .
ENV PATH=/opt/haidang/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HAIDANG_HEALTH_HOST=0.0.0.0 \
    HAIDANG_HEALTH_PORT=9480 \
    HAIDANG_HUB_PAGE=/opt/haidang/app/wall \
    HAIDANG_HUB_DOWNLOADS=/opt/haidang/app/client
USER 10001
ENTRYPOINT ["python", "-m"]
CMD ["services", "--help"]
