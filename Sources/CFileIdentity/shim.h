// What the Linux kernel has for one thread or one packet, and Swift's modules of the C library have not.
#pragma once
#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

// Credentials belong to a thread; the C library's functions change those of all threads. These change the
// effective ids and the supplementary groups of the caller alone. The real and saved user stays root, so that the
// other user can send the thread no signal, and the thread can go back.

static inline int martlet_thread_become(unsigned uid, unsigned gid) {
    if (syscall(SYS_setgroups, 1, &gid) != 0) return -1;
    if (syscall(SYS_setresgid, -1, gid, -1) != 0) return -1;
    return (int)syscall(SYS_setresuid, -1, uid, -1);
}

// The groups are those that the thread had.
static inline int martlet_thread_return(unsigned gid, const gid_t *groups, int count) {
    if (syscall(SYS_setresuid, -1, 0, -1) != 0) return -1;
    if (syscall(SYS_setresgid, -1, gid, -1) != 0) return -1;
    return (int)syscall(SYS_setgroups, count, groups);
}

// flock(2), whose name Swift gives to the type of fcntl(2) locks. Does not wait.
static inline int martlet_lock_file(int descriptor) { return flock(descriptor, LOCK_EX | LOCK_NB); }

extern int pipe2(int ends[2], int flags);

static inline int martlet_memory_file(void) {
    // MFD_CLOEXEC
    return (int)syscall(SYS_memfd_create, "mail", 1u);
}

// One packet of a SOCK_SEQPACKET socket, with a descriptor or -1.
static inline ssize_t martlet_send(int socket, const void *bytes, size_t count, int descriptor) {
    struct iovec part = { (void *)bytes, count };
    union { struct cmsghdr header; char space[CMSG_SPACE(sizeof(int))]; } control;
    struct msghdr message;
    memset(&message, 0, sizeof message);
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (descriptor >= 0) {
        memset(&control, 0, sizeof control);
        message.msg_control = &control;
        message.msg_controllen = sizeof control;
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(header), &descriptor, sizeof(int));
    }
    return sendmsg(socket, &message, MSG_NOSIGNAL);
}

// -1 with EMSGSIZE for a packet that is larger, or brings more descriptors than one: the kernel closes those
// for which there is no room.
static inline ssize_t martlet_receive(int socket, void *bytes, size_t count, int *descriptor) {
    struct iovec part = { bytes, count };
    union { struct cmsghdr header; char space[CMSG_SPACE(sizeof(int))]; } control;
    struct msghdr message;
    memset(&message, 0, sizeof message);
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = &control;
    // Not the padded size: that has room for a second one.
    message.msg_controllen = CMSG_LEN(sizeof(int));
    *descriptor = -1;
    ssize_t got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    if (got < 0) return got;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS
            && header->cmsg_len == CMSG_LEN(sizeof(int)))
            memcpy(descriptor, CMSG_DATA(header), sizeof(int));
    }
    if (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) {
        if (*descriptor >= 0) close(*descriptor);
        *descriptor = -1;
        errno = EMSGSIZE;
        return -1;
    }
    return got;
}

// glibc's own, which its headers show to GNU programs alone.
#define MARTLET_SPAWN_SETSID 0x80
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int first);
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);

// Starts a program in a session of its own, with every signal at its default. descriptors[n] becomes the program's
// descriptor n; no other is inherited. A directory of NULL is the caller's.
static inline int martlet_spawn(pid_t *pid, const char *path, char *const arguments[], char *const environment[],
                                const char *directory, const int *descriptors, int count, int own_session) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t all, none;
    int code;
    sigfillset(&all);
    sigemptyset(&none);
    if ((code = posix_spawn_file_actions_init(&actions)) != 0) return code;
    if ((code = posix_spawnattr_init(&attributes)) != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return code;
    }
    for (int index = 0; code == 0 && index < count; index++)
        code = posix_spawn_file_actions_adddup2(&actions, descriptors[index], index);
    if (code == 0) code = posix_spawn_file_actions_addclosefrom_np(&actions, count);
    if (code == 0 && directory) code = posix_spawn_file_actions_addchdir_np(&actions, directory);
    if (code == 0) code = posix_spawnattr_setsigdefault(&attributes, &all);
    if (code == 0) code = posix_spawnattr_setsigmask(&attributes, &none);
    if (code == 0)
        code = posix_spawnattr_setflags(
            &attributes,
            POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | (own_session ? MARTLET_SPAWN_SETSID : 0));
    if (code == 0) code = posix_spawn(pid, path, &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return code;
}

// Readable once the process has ended.
static inline int martlet_process_descriptor(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }
