"""A program that commands a robot and is killed while it does: run by test_dds_link."""

import sys
import time

from genmimic.deploy.dds.link import DdsLink
from genmimic.deploy.link import LowCommand
from genmimic.robot import constants

if __name__ == "__main__":
    link = DdsLink("lo", int(sys.argv[1]), priority=False)
    print("ready", flush=True)
    while True:
        link.send(LowCommand(constants.DEFAULT_JOINT_POS, constants.KP, constants.KD))
        time.sleep(0.02)
