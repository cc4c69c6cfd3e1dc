# One image for every process of the service; docker-compose.yml says which command each runs.
# The tag follows security fixes of Python 3.11 and Debian 13: build with --pull to get them.
FROM python:3.11-slim-trixie AS build

# Only wheels whose hashes are in requirements.txt: nothing is compiled, no code of a package runs while it is installed.
COPY requirements.txt /tmp/
RUN python -m venv --without-pip /venv \
 && pip --python /venv/bin/python install --no-cache-dir --disable-pip-version-check \
      --require-hashes --only-binary :all: -r /tmp/requirements.txt

WORKDIR /app
COPY wsgi.py ./
COPY service/ service/
COPY menus/ menus/

# Readable by every user and writable by none, whatever the umask of the checkout. Bytecode is made here, because the file
# system is read-only later; unchecked, because copies need not keep the times that a checked one compares.
RUN python -m compileall -q --invalidation-mode unchecked-hash . && chmod -R a=rX .

# Everything is in the image, and the content has no fault: otherwise the build ends here and not the service at its start.
RUN /venv/bin/python -m service map > /dev/null

FROM python:3.11-slim-trixie

COPY --from=build /venv /venv
COPY --from=build /app /app
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1
WORKDIR /app

# A number, not a name: that it is not root can be seen without looking into the image. Nothing belongs to this user.
USER 10001:10001
