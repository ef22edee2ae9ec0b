#pragma once
#include <unbound.h>
// Wakes the thread that waits for libunbound; glibc's module for Swift has it not.
#include <sys/eventfd.h>
