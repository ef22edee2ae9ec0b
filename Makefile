# make run     builds Martlet, sets up an example in ./run and serves it on 127.0.0.1:2525
# make test    runs every test, with real MariaDB, Dovecot and Postfix
#              (four at a time: many of them start servers)
# make build   builds the release

BUILD_PACKAGES = libmariadb-dev libpq-dev libsqlite3-dev libldap-dev libsasl2-dev libmongoc-dev \
	libdb-dev liblmdb-dev libpcre2-dev libunbound-dev pkg-config
RUN_PACKAGES = swaks
TEST_PACKAGES = postfix postfix-mysql postfix-pgsql postfix-sqlite postfix-ldap postfix-pcre postfix-lmdb postfix-cdb \
	mariadb-server mariadb-client postgresql slapd ldap-utils memcached postsrsd nsd ldnsutils \
	dovecot-core dovecot-lmtpd swaks sqlite3 util-linux procps
MARTLET = .build/release/martlet

# Tests that draw random cases draw these; "make test MARTLET_SEED=" draws new ones.
MARTLET_SEED ?= 20261121
export MARTLET_SEED

.PHONY: build run test format install-build-packages clean

build: install-build-packages
	swift build -c release --product martlet --static-swift-stdlib

run: build
	scripts/install-packages $(RUN_PACKAGES)
	scripts/run $(MARTLET)

test: install-build-packages
	scripts/install-packages $(TEST_PACKAGES)
	swift build --build-tests
	SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=4 swift test --skip-build

install-build-packages:
	scripts/need-swift
	scripts/install-packages $(BUILD_PACKAGES)

format:
	swift format format --in-place --parallel --recursive Sources Tests Benchmarks Package.swift

clean:
	rm -rf .build
