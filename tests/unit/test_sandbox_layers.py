"""A real zygote and real workers: what each layer takes away, and what is left without it."""

import os
import signal
import textwrap
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from autograder.sandbox import landlock, seccomp
from autograder.sandbox.channel import Patience
from autograder.sandbox.codec import decode, encode
from autograder.sandbox.endings import LimitReached, WorkerEnded, ZygoteLost
from autograder.sandbox.filesystem import DEVICES, gpu_paths, scratch_folder
from autograder.sandbox.host import Zygote
from autograder.sandbox.layers import Layer
from autograder.sandbox.messages import LOAD, RETURNED, RawCall, pack_calls, unpack_reply

LIMITS = {"memory_mib": 256, "scratch_mib": 4, "open_files": 64, "threads": 8, "file_kib": 2048}
PATIENT = Patience(cpu_seconds=30, wall_seconds=60)
NAMESPACES = frozenset(
    {Layer.PID_NAMESPACE, Layer.MOUNT_NAMESPACE, Layer.NETWORK_NAMESPACE, Layer.IPC_NAMESPACE}
)
HELPERS = """
import ctypes, errno, os, socket, sys
libc = ctypes.CDLL(None, use_errno=True)

def refused(attempt):
    try:
        attempt()
    except OSError as error:
        return errno.errorcode[error.errno]
    return "worked"

def call(number, *arguments):
    words = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
    result = libc.syscall(ctypes.c_long(number), *words)
    return "worked" if result >= 0 else errno.errorcode[ctypes.get_errno()]
"""


@contextmanager
def loaded(zygote, source, printed_characters=1000):
    """Yield a worker that has loaded a module, and what came of loading it."""
    rules = encode({"allowed_imports": (), "forbidden_names": (), "questions": {}})
    text = HELPERS + textwrap.dedent(source)
    request = {"module": "submission", "units": [("m.py", text)], "helpers": [], "rules": rules}
    request |= {"is_notebook": False, "printed_characters": printed_characters}
    worker = zygote.spawn()
    try:
        worker.send(LOAD + encode(request), PATIENT)
        worker.receive(PATIENT)
        failures, printed = decode(worker.receive(PATIENT))
        assert failures == (), failures
        yield worker, printed
    finally:
        worker.kill()


def ask(zygote, source, *arguments, patience=PATIENT):
    """Return what `f(*arguments)` of a module answers inside a worker."""
    with loaded(zygote, source) as (worker, _):
        worker.send(
            pack_calls([RawCall(0, "f", encode((arguments, {})))], one_by_one=False), patience
        )
        reply = unpack_reply(worker.receive(patience))
        assert reply.status == RETURNED, decode(reply.answer)
        return decode(reply.answer)


def need(zygote, *layers):
    """Skip a test where this machine does not give a layer, with the machine's reason."""
    for layer in layers:
        if zygote.isolation[layer] != "on":
            pytest.skip(f"{layer} is {zygote.isolation[layer]}")


@pytest.fixture(scope="module")
def canary(tmp_path_factory):
    """A file that anybody on the machine may read, were it not for the sandbox."""
    path = tmp_path_factory.mktemp("canary") / "canary.txt"
    path.write_text("canary")
    return path


@pytest.fixture(scope="module")
def zygote(canary):
    """A zygote with every layer that this machine gives."""
    with Zygote(LIMITS, canary) as one:
        yield one


def test_zygote_reports_each_layer_or_why_it_is_off(zygote):
    """No layer is silently missing."""
    assert list(zygote.isolation) == list(Layer)
    for layer, state in zygote.isolation.items():
        assert state == "on" or (state.startswith("off: ") and len(state) > 10), (layer, state)


def test_zygote_blocks_files_and_sockets(zygote):
    """On a machine that can run these tests, hidden suites may be graded."""
    assert zygote.blocks_files
    assert zygote.blocks_sockets


def test_worker_reads_no_file_outside(zygote, canary):
    """Course, system and home are out of reach by every way of opening a file."""
    source = """
        def f(path):
            return [
                refused(lambda: os.open(path, os.O_RDONLY)),
                refused(lambda: os.open(path, os.O_WRONLY)),
                refused(lambda: os.listdir(os.path.dirname(path))),
                refused(lambda: os.open("/proc/self/root" + path, os.O_RDONLY)),
                refused(lambda: os.unlink(path)),
                refused(lambda: os.rename(path, path + "2")),
                refused(lambda: os.link(path, "linked")),
            ]
    """
    for path in (str(canary), "/etc/passwd", __file__):
        answers = ask(zygote, source, path)
        assert set(answers) <= {"EACCES", "ENOENT", "EPERM", "EXDEV", "EROFS"}, (path, answers)
    assert canary.read_text() == "canary"


def test_worker_sees_a_root_of_its_own(zygote):
    """The root folder holds libraries, devices, a scratch folder and nothing of the machine."""
    need(zygote, Layer.MOUNT_NAMESPACE)
    need(zygote, Layer.LANDLOCK)
    assert ask(zygote, "def f(): return refused(lambda: os.listdir('/'))") == "EACCES"
    seen = ask(
        zygote,
        "def f(): return [p for p in ('/home', '/var', '/etc/passwd', '/boot',"
        " '/sys', '/run', '/opt', '/srv') if os.path.lexists(p)]",
    )
    assert seen == []


def test_worker_sees_no_other_process(zygote):
    """/proc holds the worker alone, and no number can be signalled."""
    need(zygote, Layer.PID_NAMESPACE)
    source = "def f(): return [int(n) for n in os.listdir('/proc') if n.isdigit()], os.getpid()"
    assert ask(zygote, source) == ([1], 1)


def test_worker_keeps_one_descriptor(zygote):
    """Beside the three standard ones, which lead nowhere, there is only its channel."""
    source = """
        def f():
            found = []
            for descriptor in range(1024):
                if refused(lambda: os.fstat(descriptor)) == "worked":
                    found.append(os.fstat(descriptor).st_mode >> 12)
            return found
    """
    assert ask(zygote, source) == [2, 2, 2, 12]


def test_worker_environment_holds_no_secret(zygote, monkeypatch):
    """The environment is made for the worker, not inherited."""
    names = ask(zygote, "def f(): return sorted(os.environ)")
    assert set(names) <= {
        "LANG",
        "LC_CTYPE",
        "PATH",
        "TMPDIR",
        "PYTHONHASHSEED",
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
    }


def test_worker_is_a_user_of_its_own(zygote):
    """The user owns nothing and has no rights, and two zygotes have two users."""
    need(zygote, Layer.USER_SWITCH, Layer.CAPABILITIES)
    source = """
        def f():
            status = open("/proc/self/status").read().splitlines()
            rights = [line.split()[1] for line in status if line.startswith("Cap")]
            return os.getuid(), os.getgroups(), rights
    """
    uid, groups, rights = ask(zygote, source)
    assert (groups, set(rights)) == ([], {"0" * 16})
    with Zygote(LIMITS, Path(__file__)) as other:
        assert ask(other, source)[0] != uid


DENIED = """
execve execveat fork vfork socket socketpair connect bind sendto sendmsg recvfrom recvmsg shutdown
kill tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_send_signal pidfd_open pidfd_getfd
ptrace process_vm_readv process_vm_writev process_madvise process_mrelease kcmp timer_create
setrlimit setpriority ioprio_set sched_setaffinity sched_setscheduler sched_setattr
chmod fchmod fchmodat chown fchownat utimensat setxattr lsetxattr fsetxattr removexattr truncate
io_uring_setup io_uring_enter io_uring_register mount umount2 pivot_root chroot unshare setns
move_mount open_tree fsopen mount_setattr bpf perf_event_open userfaultfd keyctl add_key
init_module reboot syslog memfd_create shmget msgget semget mq_open setuid setresuid setgroups
personality name_to_handle_at open_by_handle_at seccomp modify_ldt
""".split()  # noqa: SIM905 - reads as a table


def denied_numbers():
    """Return the number of each call that must be denied, by its name."""
    pyseccomp = pytest.importorskip("pyseccomp")
    numbers = {}
    for name in DENIED:
        number = pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name)
        if number >= 0:
            numbers[name] = number
    numbers |= {"statmount": 457, "setxattrat": 463, "fchmodat2": 452, "file_setattr": 469}
    assert len(numbers) > 70
    return numbers


CALL_ALL = "def f(numbers): return {n: call(v, -1, -1, -1, -1, -1) for n, v in numbers.items()}"


def test_seccomp_denies_each_call_that_reaches_others(zygote):
    """Each call that a worker could use against somebody is EPERM, whatever its arguments."""
    need(zygote, Layer.SECCOMP)
    answers = ask(zygote, CALL_ALL, denied_numbers())
    assert {name: answer for name, answer in answers.items() if answer != "EPERM"} == {}


@pytest.mark.parametrize(
    ("attempt", "answer"),
    [
        ("os.fork()", "EPERM"),
        ("fcntl.fcntl(0, 8, 1)", "EPERM"),  # F_SETOWN
        ("fcntl.fcntl(0, 10, 9)", "EPERM"),  # F_SETSIG
        ("fcntl.ioctl(0, 0x8901, b'1234')", "EPERM"),  # FIOSETOWN
        ("fcntl.ioctl(0, 0x5412, b'x')", "EPERM"),  # TIOCSTI
        ("prctl(1, 0)", "EPERM"),  # PR_SET_PDEATHSIG
        ("prctl(4, 1)", "EPERM"),  # PR_SET_DUMPABLE
        ("prctl(22, 1)", "EPERM"),  # PR_SET_SECCOMP
        ("prctl(0xF00000001, 0)", "EPERM"),
        ("prctl(15, 0)", "EFAULT"),  # PR_SET_NAME, with no name, is the worker's own affair
        ("resource.prlimit(0, resource.RLIMIT_CPU, (1, 1))", "EPERM"),
        ("resource.getrlimit(resource.RLIMIT_CPU)", "worked"),
        ("libc_clone(17)", "EPERM"),
        ("libc_clone(0x10000011)", "EPERM"),
        ("libc_clone3()", "ENOSYS"),
        ("threading.Thread(target=int).start()", "worked"),
    ],
)
def test_seccomp_looks_at_arguments_where_a_call_has_honest_uses(zygote, attempt, answer):
    """Only the harmful forms are denied, whatever stands in the upper half of an argument."""
    need(zygote, Layer.SECCOMP)
    if "clone" in attempt and os.uname().machine != "x86_64":
        pytest.skip("the number of clone is the architecture's")
    source = f"""
        import fcntl, resource, threading

        def checked(result):
            if result < 0:
                raise OSError(ctypes.get_errno(), "")

        def prctl(option, value):
            checked(libc.prctl(ctypes.c_long(option), ctypes.c_long(value), 0, 0, 0))

        def libc_clone(flags):
            checked(libc.syscall(ctypes.c_long(56), ctypes.c_long(flags), None, None, None, None))

        def libc_clone3():
            checked(libc.syscall(ctypes.c_long(435), ctypes.create_string_buffer(88), 88))

        def f():
            return refused(lambda: {attempt})
    """
    assert ask(zygote, source) == answer


def test_memory_limit_is_a_memory_error(zygote):
    """What goes beyond the limit is refused, what stays below is not."""
    need(zygote, Layer.RLIMITS)
    source = """
        def f(mebibytes):
            try:
                return len(bytearray(mebibytes * 2**20)) >> 20
            except MemoryError:
                return "MemoryError"
    """
    assert ask(zygote, source, 100) == 100
    assert ask(zygote, source, 600) == "MemoryError"


def test_file_limits_are_errors(zygote):
    """A file, and the scratch folder, can only grow so far; the next worker starts anew."""
    need(zygote, Layer.RLIMITS, Layer.MOUNT_NAMESPACE)
    source = """
        def f():
            written, errors = [], set()
            for name in range(20):
                try:
                    with open(f"{name}", "wb", buffering=0) as file:
                        while True:
                            written.append(file.write(bytes(2**18)))
                except OSError as error:
                    errors.add(errno.errorcode[error.errno])
            return sum(written), sorted(errors)
    """
    for _ in range(2):
        total, errors = ask(zygote, source)
        assert total == 4 * 2**20
        assert errors == ["EFBIG", "ENOSPC"]


def test_descriptor_limit_is_an_error(zygote):
    """There are as many descriptors as the limit says, and no more."""
    need(zygote, Layer.RLIMITS)
    source = """
        def f():
            opened = []
            try:
                while True:
                    opened.append(os.dup(0))
            except OSError as error:
                return max(opened), errno.errorcode[error.errno]
    """
    assert ask(zygote, source) == (63, "EMFILE")


def test_thread_limit_is_an_error(zygote):
    """Threads are the worker's own, and few."""
    need(zygote, Layer.RLIMITS, Layer.USER_SWITCH)
    source = """
        import threading
        def f():
            stop, threads = threading.Event(), []
            threading.stack_size(2**16)
            try:
                while len(threads) < 100:
                    threads.append(threading.Thread(target=stop.wait))
                    threads[-1].start()
            except RuntimeError:
                threads.pop()
            stop.set()
            return len(threads)
    """
    assert 4 <= ask(zygote, source) <= 16


def test_processor_limit_of_the_kernel_ends_the_worker(canary):
    """Should nobody stop an endless loop, the kernel does, and it is told as that."""
    with Zygote({**LIMITS, "cpu_seconds": 1}, canary) as zygote:
        need(zygote, Layer.RLIMITS)
        with pytest.raises(LimitReached) as caught:
            ask(zygote, "def f():\n    while True: pass")
        assert caught.value.what == "cpu"


def test_processor_time_of_all_threads_counts(zygote):
    """A loop in a thread while the call sleeps is found by the worker's clock."""
    source = """
        import threading, time
        def spin():
            while True: pass
        def f():
            threading.Thread(target=spin).start()
            time.sleep(1000)
    """
    with pytest.raises(LimitReached) as caught:
        ask(zygote, source, patience=Patience(cpu_seconds=0.5, wall_seconds=100))
    assert caught.value.what == "cpu"


def test_printed_output_is_capped(zygote):
    """The first characters are kept, the rest is dropped."""
    source = "for _ in range(100): print('x' * 100_000)\nsys.stderr.write('y')"
    with loaded(zygote, source, printed_characters=50) as (_, printed):
        assert printed == "x" * 50


def test_worker_that_ends_is_no_harm_to_the_next(zygote):
    """After an exit, a crash or a kill the zygote gives another worker."""
    for end, words in (("os._exit(0)", "exit status 0"), ("os.abort()", "crashed")):
        with pytest.raises(WorkerEnded) as caught:
            ask(zygote, f"def f(): {end}")
        assert words in caught.value.describe()
        assert not caught.value.killed_from_outside
    worker = zygote.spawn()
    os.kill(worker.pid, signal.SIGKILL)
    with pytest.raises(WorkerEnded) as caught:
        worker.receive(PATIENT)
    worker.kill()
    assert caught.value.killed_from_outside
    assert ask(zygote, "def f(): return 'well'") == "well"


def test_zygote_that_is_closed_takes_its_workers_along(canary):
    """No process outlives the zygote, and asking it for more says what happened."""
    zygote = Zygote(LIMITS, canary)
    worker = zygote.spawn()
    zygote.close()
    with pytest.raises((ZygoteLost, OSError)):
        zygote.spawn()
    for _ in range(100):
        try:
            os.kill(worker.pid, 0)
        except ProcessLookupError:
            break
        time.sleep(0.05)
    else:
        pytest.fail("the worker is still there")
    worker.kill()


REACH = """
    def f(path):
        def connect():
            socket.create_connection(("127.0.0.1", 9), 1)
        return (
            refused(lambda: os.open(path, os.O_RDONLY)),
            refused(connect),
            refused(lambda: socket.socket(socket.AF_UNIX).connect("/run/any")),
        )
"""


@pytest.mark.parametrize("layer", list(Layer))
def test_without_any_one_layer_files_and_sockets_stay_blocked(canary, layer):
    """No single layer is all that stands between a worker and the hidden tests or the network."""
    with Zygote(LIMITS, canary, without=frozenset({layer})) as zygote:
        assert zygote.isolation[layer].startswith("off: ")
        assert (zygote.blocks_files, zygote.blocks_sockets) == (True, True)
        assert "worked" not in ask(zygote, REACH, str(canary))


def test_without_namespaces_files_and_sockets_stay_blocked(canary):
    """In a container that gives no namespaces, Landlock and the filter are enough."""
    with Zygote(LIMITS, canary, without=NAMESPACES) as zygote:
        need(zygote, Layer.LANDLOCK, Layer.SECCOMP)
        assert (zygote.blocks_files, zygote.blocks_sockets) == (True, True)
        assert ask(zygote, REACH, str(canary)) == ("EACCES", "EPERM", "EPERM")


def test_without_namespaces_and_user_nothing_of_the_grader_can_be_changed(canary):
    """As the grader's own user in a bare container, a worker changes no file and no process."""
    without = NAMESPACES | {Layer.USER_SWITCH, Layer.CAPABILITIES}
    mode = canary.stat().st_mode
    with Zygote(LIMITS, canary, without=without) as zygote:
        need(zygote, Layer.LANDLOCK, Layer.SECCOMP)
        source = """
            import fcntl, resource
            def f(path, parent):
                return [
                    refused(lambda: os.chmod(path, 0)),
                    refused(lambda: os.chown(path, 1, 1)),
                    refused(lambda: os.utime(path, (0, 0))),
                    refused(lambda: os.setxattr(path, "user.x", b"x")),
                    refused(lambda: os.truncate(path, 0)),
                    refused(lambda: os.unlink(path)),
                    refused(lambda: os.kill(parent, 0)),
                    refused(lambda: fcntl.fcntl(0, 8, parent)),
                    refused(lambda: resource.prlimit(parent, resource.RLIMIT_CPU, (0, 0))),
                    refused(lambda: os.setpriority(os.PRIO_PROCESS, parent, 19)),
                    refused(lambda: os.sched_setaffinity(parent, {0})),
                    refused(lambda: os.open(f"/proc/{parent}/mem", os.O_RDWR)),
                    refused(lambda: os.open(f"/proc/{parent}/environ", os.O_RDONLY)),
                ]
        """
        answers = ask(zygote, source, str(canary), os.getpid())
    assert set(answers) <= {"EPERM", "EACCES"}, answers
    assert canary.stat().st_mode == mode
    assert canary.read_text() == "canary"


def test_import_path_names_nothing_that_a_worker_cannot_read(canary):
    """The folder of an editable install, and what lies in it, is in no list that Python keeps."""
    with Zygote(LIMITS, canary, without=NAMESPACES) as zygote:
        source = """
            def f():
                caches = sys.path_importer_cache.values()
                names = {name for one in caches for name in getattr(one, "_path_cache", ())}
                return sys.path, list(sys.path_importer_cache), sorted(names)
        """
        entries, cached, names = ask(zygote, source)
    root = str(Path(__file__).resolve().parents[2])
    assert root not in (*entries, *cached)
    assert "numpy" in names
    assert "grading.yml" not in names


def test_gaps_are_told(canary):
    """Where the layers left do not block files or sockets, the zygote says so."""
    without = frozenset({Layer.LANDLOCK, Layer.MOUNT_NAMESPACE, Layer.USER_SWITCH})
    with Zygote(LIMITS, canary, without=without) as zygote:
        assert not zygote.blocks_files
        assert zygote.blocks_sockets
    without = frozenset({Layer.SECCOMP, Layer.NETWORK_NAMESPACE})
    with Zygote(LIMITS, canary, without=without) as zygote:
        assert not zygote.blocks_sockets
    # An empty network does not keep a worker from the Unix sockets of the machine's files.
    without = frozenset({Layer.SECCOMP, Layer.MOUNT_NAMESPACE})
    with Zygote(LIMITS, canary, without=without) as zygote:
        assert not zygote.blocks_sockets


# Stands in for a GPU's node: a character device that no worker has otherwise.
NODE = "/dev/full"
OPENINGS = """
    import fcntl
    def f(paths):
        def command(path, flags):
            descriptor = os.open(path, flags)
            try:
                fcntl.ioctl(descriptor, 0x1234)
            finally:
                os.close(descriptor)
        return {
            path: (
                refused(lambda: os.close(os.open(path, os.O_RDONLY))),
                refused(lambda: os.close(os.open(path, os.O_WRONLY))),
                refused(lambda: command(path, os.O_RDONLY)),
            )
            for path in paths
        }
"""


def nodes_of_this_machine():
    """List the device nodes, save those whose opening would do something if it could be done."""
    nodes = [path for path in Path("/dev").iterdir() if not path.is_symlink()]
    nodes = [path for path in nodes if not path.name.startswith("watchdog")]
    return [str(path) for path in nodes if path.is_char_device() or path.is_block_device()]


@pytest.mark.parametrize(
    "without",
    [frozenset(), NAMESPACES, frozenset({Layer.LANDLOCK}), frozenset({Layer.USER_SWITCH})],
    ids=["all layers", "no namespaces", "no Landlock", "no user switch"],
)
def test_device_given_is_reached_and_no_other_is(canary, without):
    """Of all nodes a worker reaches the one of its GPU and the usual four, whatever layer fails."""
    with Zygote(LIMITS, canary, without, devices=[NODE]) as zygote:
        assert (zygote.blocks_files, zygote.blocks_sockets) == (True, True)
        answers = ask(zygote, OPENINGS, nodes_of_this_machine())
    assert len(answers) > len(DEVICES) + 1
    # The device itself says that it knows no such command: it was reached.
    assert answers.pop(NODE) == ("worked", "worked", "ENOTTY")
    for path in DEVICES:
        assert answers.pop(path)[0] == "worked"
    reached = {path: found for path, found in answers.items() if not set(found) <= CLOSED}
    assert reached == {}


CLOSED = {"ENOENT", "EACCES", "EPERM", "EROFS"}


def test_device_not_given_is_not_reached(zygote):
    """Without a GPU a worker has no node more than it had before there were any."""
    assert set(ask(zygote, OPENINGS, [NODE])[NODE]) <= CLOSED


def test_device_commands_stay_closed_for_the_usual_nodes(canary):
    """What a worker may tell its GPU, it may not tell /dev/null."""
    with Zygote(LIMITS, canary, devices=[NODE]) as zygote:
        need(zygote, Layer.LANDLOCK)
        if landlock.abi_version() < 5:
            pytest.skip("this kernel's Landlock does not know commands to devices")
        assert ask(zygote, OPENINGS, ["/dev/null"])["/dev/null"] == ("worked", "worked", "EACCES")


def test_device_given_changes_nothing_else(zygote, canary):
    """Layers, descriptors, root folder and denied calls are those of a worker without a GPU."""
    source = """
        def f(path):
            status = open("/proc/self/status").read().splitlines()
            told = [line for line in status if line.startswith(("Cap", "Seccomp", "NoNewPrivs"))]
            seen = [p for p in ("/home", "/var", "/etc", "/sys", "/run") if os.path.lexists(p)]
            return told, seen, refused(lambda: os.open(path, 0)), refused(socket.socket)
    """
    need(zygote, Layer.PID_NAMESPACE)
    with Zygote(LIMITS, canary, devices=[NODE]) as other:
        assert other.isolation == zygote.isolation
        assert ask(other, source, str(canary)) == ask(zygote, source, str(canary))


def test_device_given_allows_files_in_memory_and_no_other_call(zygote, canary):
    """CUDA begins with a file in memory; whatever else a worker may not call, it still may not."""
    need(zygote, Layer.SECCOMP)
    numbers = denied_numbers()
    with Zygote(LIMITS, canary, devices=[NODE]) as other:
        answers = ask(other, CALL_ALL, numbers)
        assert ask(other, "def f(): return os.memfd_create('cuda') >= 0") is True
    assert answers.pop("memfd_create") != "EPERM"
    assert {name: answer for name, answer in answers.items() if answer != "EPERM"} == {}


WRITES = """
    import threading
    def f():
        written = []
        def name(path):
            with open(path, "w", encoding="ascii") as file:
                file.write("cuda-thread")
        def run():
            number = threading.get_native_id()
            for path in (
                f"/proc/self/task/{number}/comm",
                "/proc/self/comm",
                "/proc/self/oom_score_adj",
                "/proc/sys/kernel/hostname",
                "/proc/sys/vm/drop_caches",
            ):
                written.append(refused(lambda: name(path)))
            with open(f"/proc/self/task/{number}/comm", encoding="ascii") as file:
                written.append(file.read().strip())
        thread = threading.Thread(target=run, name="t")
        thread.start()
        thread.join()
        return written
"""


@pytest.mark.parametrize("without", [frozenset(), NAMESPACES], ids=["all layers", "no namespaces"])
def test_device_given_lets_threads_name_themselves_and_write_nothing_else(canary, without):
    """CUDA names its threads in /proc; a worker without a GPU, and any other file, stay closed."""
    with Zygote(LIMITS, canary, without, devices=[NODE]) as zygote:
        need(zygote, Layer.LANDLOCK)
        first, *others, name = ask(zygote, WRITES)
        assert (first, name) == ("worked", "cuda-thread")
        assert set(others) <= CLOSED
    with Zygote(LIMITS, canary, without) as zygote:
        *every, name = ask(zygote, WRITES)
        assert set(every) <= CLOSED
        assert name != "cuda-thread"


@pytest.mark.parametrize(
    "without",
    [NAMESPACES, frozenset({Layer.MOUNT_NAMESPACE})],
    ids=["no namespaces", "no mount namespace"],
)
def test_without_a_proc_of_its_own_a_worker_reads_itself_alone(canary, without):
    """TensorFlow needs /proc/self; of other processes a worker reads nothing, not their names."""
    source = """
        def f(others):
            def read(path):
                with open(path, "rb") as file:
                    file.read()
            own = refused(lambda: read("/proc/self/status"))
            paths = [f"/proc/{pid}/{name}" for pid in others for name in ("cmdline", "status")]
            paths += ["/proc/self/root/etc/passwd", "/proc/1/comm", "/proc/sys/kernel/hostname"]
            return own, [refused(lambda: read(path)) for path in paths]
    """
    with Zygote(LIMITS, canary, without) as zygote:
        need(zygote, Layer.LANDLOCK)
        own, others = ask(zygote, source, [os.getpid(), zygote.pid])
    assert own == "worked"
    assert set(others) <= CLOSED


RESERVE = """
    import mmap, resource
    def f(reserved, used):
        def reserve():
            flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
            mmap.mmap(-1, reserved, flags=flags, prot=0).close()
        try:
            found = len(bytearray(used))
        except MemoryError:
            found = "MemoryError"
        return refused(reserve), found
"""


def test_device_given_lifts_the_limit_of_addresses_and_not_that_of_memory(zygote, canary):
    """CUDA may reserve addresses without end; what is used is limited as before."""
    need(zygote, Layer.RLIMITS)
    assert ask(zygote, RESERVE, 2**40, 2**20) == ("ENOMEM", 2**20)
    with Zygote(LIMITS, canary, devices=[NODE]) as other:
        assert ask(other, RESERVE, 2**40, 2**20) == ("worked", 2**20)
        assert ask(other, RESERVE, 2**40, 600 * 2**20) == ("worked", "MemoryError")


def test_memory_limit_counts_from_the_zygote_whatever_namespace_is_missing(canary):
    """Without a pid namespace there is no /proc in the root folder; the limit is the same."""
    with Zygote(LIMITS, canary, without=frozenset({Layer.PID_NAMESPACE})) as zygote:
        need(zygote, Layer.RLIMITS, Layer.MOUNT_NAMESPACE)
        reserved = (LIMITS["memory_mib"] + 100) * 2**20
        assert ask(zygote, RESERVE, reserved, 2**20) == ("ENOMEM", 2**20)


def test_device_that_is_gone_is_told_and_costs_no_layer(canary):
    """A node that is not there ends the zygote at once, with its path."""
    with pytest.raises(ZygoteLost, match="/dev/nvidia-not-there"):
        Zygote(LIMITS, canary, devices=["/dev/nvidia-not-there"])


def test_libraries_of_cuda_are_readable_where_there_are_any(tmp_path):
    """Folders that a machine does not have are left out."""
    (tmp_path / "cuda").mkdir()
    there, missing = str(tmp_path / "cuda"), str(tmp_path / "nvidia")
    assert gpu_paths((there, missing)) == (there,)


def test_filter_holds_for_this_architecture():
    """The filter compiles to whole instructions, well below the kernel's limit of 4096."""
    pytest.importorskip("pyseccomp")
    data = seccomp.build_filter()
    assert len(data) % 8 == 0
    assert 50 < len(data) // 8 < 4096


@pytest.mark.parametrize(
    ("readable", "expected"),
    [
        (("/usr/lib", "/opt/python/lib"), "/tmp"),
        (("/usr/lib", "/tmp/course/.venv/lib"), "/scratch"),
    ],
)
def test_scratch_folder_never_hides_the_packages(readable, expected):
    """A worker's tmpfs goes where it covers nothing that Python needs."""
    assert scratch_folder(readable) == expected


def test_device_given_leaves_shared_memory_limited(canary):
    """A worker with a GPU, whose addresses have no limit, cannot hold shared memory without end."""
    source = """
        import mmap
        def f():
            held = [mmap.mmap(-1, 2**27) for _ in range(5)]
            for one in held:
                for at in range(0, len(one), mmap.PAGESIZE):
                    one[at] = 1
            return len(held)
    """
    limits = {**LIMITS, "memory_mib": 256}
    with Zygote(limits, canary, devices=[NODE]) as zygote, pytest.raises(LimitReached) as caught:
        ask(zygote, source)
    assert (caught.value.what, caught.value.allowed) == ("memory", 256 * 2**20)
