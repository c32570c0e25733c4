"""The system calls that a worker may not make, as a filter that is built once and loaded often."""

from __future__ import annotations

import ctypes
import errno
import tempfile
from typing import Final

__all__ = ["build_filter", "load_filter"]

_PR_SET_SECCOMP: Final = 22
_SECCOMP_MODE_FILTER: Final = 2
# These arguments are of 32 bits to the kernel: what stands above them must not hide one.
_LOW_32: Final = 0xFFFF_FFFF
_CLONE_THREAD: Final = 0x00010000
_TIOCSTI: Final = 0x5412
_PR_SET_PDEATHSIG: Final = 1
_PR_SET_DUMPABLE: Final = 4

# Ways to have the kernel send a signal: of this worker's choice, to whom it chooses.
_F_SETOWN: Final = 8
_F_SETSIG: Final = 10
_F_SETOWN_EX: Final = 15
_FIOSETOWN: Final = 0x8901
_SIOCSPGRP: Final = 0x8902

# Each line is one thing that a worker could do to somebody else. Rights on files are there because
# Landlock does not know them, and priorities because a worker of the grader's own user has them.
_DENIED: Final = """
execve execveat fork vfork
socket socketpair connect bind listen accept accept4 sendto sendmsg sendmmsg recvfrom recvmsg
recvmmsg shutdown
kill tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_send_signal pidfd_open pidfd_getfd
ptrace process_vm_readv process_vm_writev kcmp
timer_create setrlimit setpriority ioprio_set migrate_pages move_pages
sched_setaffinity sched_setscheduler sched_setparam sched_setattr
chmod fchmod fchmodat chown fchown lchown fchownat truncate
utime utimes futimesat utimensat
setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr
io_uring_setup io_uring_enter io_uring_register
mount umount2 pivot_root chroot unshare setns move_mount open_tree fsopen fsconfig fsmount fspick
swapon swapoff
bpf perf_event_open userfaultfd keyctl add_key request_key
init_module finit_module delete_module kexec_load kexec_file_load reboot syslog acct quotactl
settimeofday clock_settime clock_adjtime adjtimex sethostname setdomainname iopl ioperm
personality name_to_handle_at open_by_handle_at fanotify_init lookup_dcookie vhangup
shmget shmat shmctl msgget msgsnd semget semop mq_open memfd_create
seccomp modify_ldt
setuid setgid setreuid setregid setresuid setresgid setgroups setfsuid setfsgid
""".split()  # noqa: SIM905 - reads as a table

# Drivers since 570 do not begin without it. What such a file holds is nobody else's.
_NEEDED_BY_CUDA: Final = ("memfd_create",)

# Newer than many a libseccomp; from 424 on a call has the same number on every architecture.
_NUMBERS: Final = {
    "process_madvise": 440,
    "mount_setattr": 442,
    "quotactl_fd": 443,
    "memfd_secret": 447,
    "process_mrelease": 448,
    "fchmodat2": 452,
    "statmount": 457,
    "listmount": 458,
    "setxattrat": 463,
    "removexattrat": 466,
    "open_tree_attr": 467,
    "file_setattr": 469,
}


def build_filter(*, gpu: bool = False) -> bytes:
    """Compile the filter to the kernel's own form.

    Threads stay allowed: `clone` must carry CLONE_THREAD, and `clone3`, whose flags a filter
    cannot read, answers ENOSYS so that the C library falls back to `clone`.

    Args:
        gpu: Allow what CUDA needs to begin: files in memory.

    Returns:
        An array of `struct sock_filter`, 8 bytes each.

    Raises:
        ImportError: pyseccomp or the libseccomp it calls is missing.
        OSError: libseccomp does not know this architecture.
    """
    import pyseccomp  # noqa: PLC0415 - loads a system library that may be missing

    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    deny = pyseccomp.ERRNO(errno.EPERM)
    for call in (*_DENIED, *_NUMBERS.values()):
        if gpu and call in _NEEDED_BY_CUDA:
            continue
        try:
            rules.add_rule(deny, call)
        except (ValueError, OSError):
            continue  # a call that this architecture or this libseccomp does not have
    rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")
    without_thread = pyseccomp.Arg(0, pyseccomp.MASKED_EQ, _CLONE_THREAD, 0)
    rules.add_rule(deny, "clone", without_thread)
    # Reading a limit stays allowed: the new one is then a null pointer.
    rules.add_rule(deny, "prlimit64", pyseccomp.Arg(2, pyseccomp.NE, 0))
    for call, place, values in (
        ("ioctl", 1, (_TIOCSTI, _FIOSETOWN, _SIOCSPGRP)),
        ("fcntl", 1, (_F_SETOWN, _F_SETSIG, _F_SETOWN_EX)),
        ("prctl", 0, (_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP)),
    ):
        for value in values:
            rules.add_rule(deny, call, pyseccomp.Arg(place, pyseccomp.MASKED_EQ, _LOW_32, value))
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def load_filter(filter_bytes: bytes) -> None:
    """Put this process under the filter, for good; no_new_privs must be set."""
    buffer = ctypes.create_string_buffer(filter_bytes, len(filter_bytes))
    program = _Program(len(filter_bytes) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "seccomp filter refused by the kernel")
