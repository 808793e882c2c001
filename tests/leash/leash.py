"""Runs one program and ends it when our standard input ends, which it does when the test's process is gone.

A test that is killed can't clean up. The kernel closes its end of our pipe, whatever killed it; that is the signal here.
If this process itself is killed, the program gets the same signal from the kernel (PR_SET_PDEATHSIG).

    leash.py [--signal QUIT] [--sweep VARIABLE=VALUE]... [--remove DIR]... [--uid N --gid N] [--input TEXT] --log FILE
             -- PROGRAM [ARGUMENT]...

Prints one line, `pid N`, and `exited N` if the program ends before we do.
"""

import argparse
import ctypes
import os
import select
import shutil
import signal
import subprocess
import sys

PR_SET_PDEATHSIG = 1
IGNORED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
GRACE_SECONDS = 10


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--signal", default="TERM")
    options.add_argument("--sweep", action="append", default=[])
    options.add_argument("--remove", action="append", default=[])
    options.add_argument("--uid", type=int)
    options.add_argument("--gid", type=int)
    options.add_argument("--input")
    options.add_argument("--log", required=True)
    options.add_argument("argv", nargs=argparse.REMAINDER)
    chosen = options.parse_args()
    argv = chosen.argv[1:] if chosen.argv[:1] == ["--"] else chosen.argv
    end = signal.Signals["SIG" + chosen.signal]

    # A session of our own: Ctrl+C in the terminal of the test run ends the tests, and the tests' end ends us.
    os.setsid()
    for each in IGNORED:
        signal.signal(each, signal.SIG_IGN)

    def become() -> None:
        for each in IGNORED:
            signal.signal(each, signal.SIG_DFL)
        if chosen.uid is not None:
            os.setgroups([])
            os.setgid(chosen.gid)
            os.setuid(chosen.uid)
        # After the change of user, which clears it.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, end)

    with open(chosen.log, "ab") as log:
        program = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL if chosen.input is None else subprocess.PIPE,
            stdout=log,
            stderr=log,
            preexec_fn=become,
        )
    if chosen.input is not None:
        program.stdin.write(chosen.input.encode())
        program.stdin.close()
    say(f"pid {program.pid}")

    ended = os.pidfd_open(program.pid)
    waiting = [ended, sys.stdin.fileno()]
    while True:
        readable, _, _ = select.select(waiting, [], [])
        if ended in readable:
            say(f"exited {program.wait()}")
            waiting.remove(ended)
        if sys.stdin.fileno() in readable and not os.read(sys.stdin.fileno(), 4096):
            break

    if program.poll() is None:
        program.send_signal(end)
        try:
            program.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()
    for variable in chosen.sweep:
        sweep(variable.encode())
    for folder in chosen.remove:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(variable: bytes) -> None:
    """Kills every process with that in its environment: those that our program started, and that outlived it."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/environ", "rb") as environ:
                found = variable in environ.read().split(b"\0")
            if found and int(pid) != os.getpid():
                os.kill(int(pid), signal.SIGKILL)
        except OSError:  # it has ended, or is not ours
            pass


def say(line: str) -> None:
    try:
        print(line, flush=True)
    except BrokenPipeError:
        pass


main()
