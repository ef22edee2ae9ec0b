#pragma once
#include <sys/types.h>
#include <sys/uio.h>

// preadv2(2), which the C library declares only where _GNU_SOURCE is defined; Swift's Glibc is without it.
ssize_t preadv2(int file, const struct iovec *pieces, int count, off_t offset, int flags);
