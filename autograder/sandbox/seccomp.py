"""The system calls that a worker may not make, as a filter that is built once and loaded often."""

from __future__ import annotations

import ctypes
import errno
import tempfile
from typing import Final

__all__ = ["build_filter", "load_filter"]

_PR_SET_SECCOMP: Final = 22
_SECCOMP_MODE_FILTER: Final = 2
_CLONE_THREAD: Final = 0x00010000
_TIOCSTI: Final = 0x5412
_PR_SET_PDEATHSIG: Final = 1
_PR_SET_DUMPABLE: Final = 4

# Each line is one thing that a worker could do to somebody else.
_DENIED: Final = """
execve execveat fork vfork
socket socketpair connect bind listen accept accept4 sendto sendmsg sendmmsg recvfrom recvmsg
recvmmsg
kill tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_send_signal pidfd_open pidfd_getfd
ptrace process_vm_readv process_vm_writev process_madvise kcmp
io_uring_setup io_uring_enter io_uring_register
mount umount2 pivot_root chroot unshare setns move_mount open_tree fsopen fsconfig fsmount fspick
mount_setattr swapon swapoff
bpf perf_event_open userfaultfd keyctl add_key request_key
init_module finit_module delete_module kexec_load kexec_file_load reboot syslog acct quotactl
settimeofday clock_settime clock_adjtime adjtimex sethostname setdomainname iopl ioperm
personality name_to_handle_at open_by_handle_at fanotify_init lookup_dcookie vhangup
shmget shmat shmctl msgget msgsnd semget semop mq_open memfd_create memfd_secret
setuid setgid setreuid setregid setresuid setresgid setgroups setfsuid setfsgid
""".split()


def build_filter() -> bytes:
    """Compile the filter to the kernel's own form.

    Threads stay allowed: `clone` must carry CLONE_THREAD, and `clone3`, whose flags a filter
    cannot read, answers ENOSYS so that the C library falls back to `clone`.

    Returns:
        An array of `struct sock_filter`, 8 bytes each.

    Raises:
        ImportError: pyseccomp or the libseccomp it calls is missing.
        OSError: libseccomp does not know this architecture.
    """
    import pyseccomp  # noqa: PLC0415 - loads a system library that may be missing

    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    deny = pyseccomp.ERRNO(errno.EPERM)
    for name in _DENIED:
        try:
            rules.add_rule(deny, name)
        except (ValueError, OSError):
            continue  # a call that this architecture or this libseccomp does not have
    rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")
    without_thread = pyseccomp.Arg(0, pyseccomp.MASKED_EQ, _CLONE_THREAD, 0)
    rules.add_rule(deny, "clone", without_thread)
    rules.add_rule(deny, "ioctl", pyseccomp.Arg(1, pyseccomp.EQ, _TIOCSTI))
    for option in (_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE):
        rules.add_rule(deny, "prctl", pyseccomp.Arg(0, pyseccomp.EQ, option))
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
