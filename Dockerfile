# The image of every role and command: docker build -t taxflow .
# Debian 12 instead of 13: docker build --build-arg DEBIAN=bookworm -t taxflow .
ARG DEBIAN=trixie

FROM debian:${DEBIAN}-slim AS build
ENV DEBIAN_FRONTEND=noninteractive
RUN apt-get -q update && apt-get -q -y --no-install-recommends install \
      gcc g++ cmake ninja-build pkg-config dpkg-dev file gzip xz-utils librdkafka-dev libhiredis-dev libconfig-dev libjansson-dev libcurl4-openssl-dev \
      libmicrohttpd-dev libssl-dev zlib1g-dev libsystemd-dev libjemalloc-dev libsimdjson-dev libxxhash-dev libxml2-dev libsqlite3-dev \
      libqpdf-dev libzip-dev
COPY . /src
WORKDIR /src
ARG SOURCE_DATE_EPOCH=0
# One tree of files, then the names of the packages that own the libraries it needs. The two texts are for the Debian package alone: with them
# in here each word of theirs would be another image.
RUN touch README.md CHANGELOG.md \
 && cmake --preset package \
 && cmake --build --preset package \
 && DESTDIR=/image cmake --install build/package --strip \
 && rm -rf /image/usr/lib /image/lib /image/usr/share/doc /image/usr/share/lintian /image/usr/share/man /image/usr/share/*completion* \
      /image/usr/share/zsh /image/usr/share/fish \
 && find /image -exec touch -h -d @$SOURCE_DATE_EPOCH {} +
RUN mkdir -p debian \
 && printf 'Source: taxflow\n\nPackage: taxflow\nArchitecture: any\n' > debian/control \
 && dpkg-shlibdeps -O /image/usr/bin/taxflow > /substitutions \
 && sed -n 's/ *([^)]*)//g; s/, */\n/g; s/^shlibs:Depends=//p' /substitutions | sort > /needed \
 && test -s /needed

FROM debian:${DEBIAN}-slim
ARG SOURCE_DATE_EPOCH=0
COPY --from=build /needed /tmp/needed
# The libraries come as packages, so that scanners know them. What apt notes beside them (lists, logs, caches) would make each build another
# one, and so would the dates of folders it wrote to; manuals and changes of libraries nobody reads here.
RUN printf 'path-exclude /usr/share/%s\n' 'doc/*' 'man/*' 'locale/*' 'info/*' 'lintian/*' > /etc/dpkg/dpkg.cfg.d/lean \
 && printf 'path-include /usr/share/doc/*/copyright\n' >> /etc/dpkg/dpkg.cfg.d/lean \
 && apt-get -q update \
 && DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install ca-certificates $(cat /tmp/needed) \
 && apt-get clean \
 && rm -rf /tmp/needed /etc/dpkg/dpkg.cfg.d/lean /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/*-old /var/lib/dpkg/*-old \
      /var/cache/ldconfig/aux-cache /var/log/* \
 && find /etc /usr /var /tmp -xdev -newermt '-1 hour' -exec touch -h -d @$SOURCE_DATE_EPOCH {} +
COPY --from=build /image/ /
# /data is where a user's files are mounted: docker run --rm -v "$PWD:/data" taxflow audit /data/FILE
ENV TAXFLOW_FRAUD__RULES=/etc/taxflow/rules/*.conf TMPDIR=/tmp
WORKDIR /data
# No name of it is needed in /etc/passwd, and orchestrators that forbid root see that it is none.
USER 10001:10001
EXPOSE 9101 9102 9103 9104
# Of the role that TAXFLOW_ROLE or a mounted configuration names.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["/usr/bin/taxflow", "health"]
ENTRYPOINT ["/usr/bin/taxflow"]
CMD ["--help"]
