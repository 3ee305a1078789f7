# Right after the memory of another interpreter was taken over: what is drawn or
# measured at a start must not be the same in every editor and at every visit.
# The seed of hash() is not there to be changed; it is that of the first start.
import logging
import random
import sys
import time

random.seed()
logging._startTime = time.time_ns()
# The loader has put it there once more.
if sys.path[:2] == ["", ""]:
    del sys.path[0]
