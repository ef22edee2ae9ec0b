// setfsuid(2) and setfsgid(2): the identity that one thread has for the file system.
#include <sys/fsuid.h>
