# The page and the commands in one image: no root, nothing written outside /archive and /tmp.
#
#   docker build -t archiblogue .
#   docker run --rm -v "$PWD/pages:/pages:ro" -v archiblogue:/archive archiblogue build /pages
#   docker run --rm --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges \
#     -e ARCHIBLOGUE_PASSWORD_HASH='scrypt:…' \
#     -p 127.0.0.1:8501:8501 -v archiblogue:/archive:ro archiblogue
#
# docs/guide/exploitation.md says what each option protects.
FROM python:3.12-slim AS build

# Besides pip's usual index: give the address of PyTorch's own index for processors where the usual
# one has builds with graphics libraries (gigabytes more). constraints.txt pins the version.
ARG PIP_EXTRA_INDEX_URL=""
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1

WORKDIR /src
RUN python -m venv /opt/archiblogue
ENV PATH=/opt/archiblogue/bin:$PATH

# The dependencies alone first: this layer is kept as long as the two files do not change.
COPY pyproject.toml constraints.txt ./
RUN python -c "import tomllib, pathlib; \
print('\n'.join(tomllib.loads(pathlib.Path('pyproject.toml').read_text())['project']['dependencies']))" \
      > /tmp/dependencies.txt \
    && pip install -c constraints.txt -r /tmp/dependencies.txt

COPY . .
RUN pip install --no-deps . && python -m compileall -q /opt/archiblogue/lib

FROM python:3.12-slim

RUN groupadd --gid 10001 archiblogue \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin archiblogue \
    && install -d -o archiblogue -g archiblogue /archive
COPY --from=build /opt/archiblogue /opt/archiblogue
COPY .streamlit /srv/archiblogue/.streamlit

ENV PATH=/opt/archiblogue/bin:$PATH \
    HOME=/tmp \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    ARCHIBLOGUE_ARCHIVE=/archive
WORKDIR /srv/archiblogue
# By number: an orchestrator that wants no root can then see that it is none.
USER 10001:10001
VOLUME /archive
EXPOSE 8501

HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["python", "-c", "import sys, urllib.request as u; sys.exit(u.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4).status != 200)"]

ENTRYPOINT ["archiblogue"]
# Inside the container every address is the container's own: what is published is chosen by `-p`.
# The page starts with a password only (ARCHIBLOGUE_PASSWORD_HASH), or with `--external-guard`.
CMD ["serve", "--host", "0.0.0.0"]
