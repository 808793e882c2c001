"""Runs a program on a terminal of its own: terminal.py PROGRAM [ARGUMENT]...

Our standard input is its keyboard, its screen goes to our standard output; signals sent to us reach it; its end is ours.
"""

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios

COLUMNS, ROWS = 100, 30

pid, terminal = pty.fork()
if pid == 0:
    os.environ.setdefault("TERM", "xterm-256color")
    # Before the program can ask.
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    os.execvp(sys.argv[1], sys.argv[1:])
for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(each, lambda number, _frame: os.kill(pid, number))

waiting = [terminal, 0]
while terminal in waiting:
    readable, _, _ = select.select(waiting, [], [])
    if 0 in readable:
        typed = os.read(0, 4096)
        if typed:
            os.write(terminal, typed)
        else:
            waiting.remove(0)
    if terminal in readable:
        try:
            shown = os.read(terminal, 65536)
        except OSError:  # EIO: the last program on it has ended
            shown = b""
        if not shown:
            break
        os.write(1, shown)

_, status = os.waitpid(pid, 0)
if os.WIFSIGNALED(status):
    number = os.WTERMSIG(status)
    signal.signal(number, signal.SIG_DFL) if number != signal.SIGKILL else None
    os.kill(os.getpid(), number)
sys.exit(os.waitstatus_to_exitcode(status))
