# Goes on until you press Stop.
import time

step = 0
while True:
    step += 1
    print("step", step, "- press Stop when you have seen enough")
    time.sleep(0.5)
