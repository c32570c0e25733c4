"""Attack 9: end the process with a success before anything is asked."""

import os

print('{"schema": 1, "grades": [{"points": 100, "status": "graded"}]}')
os.write(1, b'{"schema": 1, "grades": [{"points": 100, "status": "graded"}]}')
os._exit(0)
