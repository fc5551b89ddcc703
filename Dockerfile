# syntax=docker/dockerfile:1
# Two stages: build with everything, run with little, as a user without rights.
FROM debian:bookworm-slim AS build
COPY scripts/packages.txt scripts/install-packages.sh /src/scripts/
RUN /src/scripts/install-packages.sh build
COPY . /src
WORKDIR /src
RUN cmake --preset release && cmake --build --preset quickstart && strip build/release/pantau

FROM debian:bookworm-slim
COPY scripts/packages.txt scripts/install-packages.sh /tmp/scripts/
RUN /tmp/scripts/install-packages.sh image run && rm -rf /tmp/scripts /var/lib/apt/lists/* \
 && useradd --system --create-home --home-dir /var/lib/pantau --shell /usr/sbin/nologin pantau
COPY --from=build /src/build/release/pantau /usr/local/bin/pantau
ENV OMP_THREAD_LIMIT=1
USER pantau
WORKDIR /var/lib/pantau
VOLUME /var/lib/pantau
# Healthy = the program starts and finds its libraries, languages and sandbox.
HEALTHCHECK --interval=5m --timeout=30s CMD ["pantau", "doctor", "--quiet"]
ENTRYPOINT ["pantau"]
CMD ["demo"]
