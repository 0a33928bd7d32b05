"""The other end of the interoperability tests, around py-libp2p: peer COMMAND … of the command line in ../../README.md, or peer FAMILY …,
of which each module is a family with a command line of its own."""

import runpy
import sys

FAMILIES = ("discovery", "kad", "pubsub")

family = "host"
if sys.argv[1:2] and sys.argv[1] in FAMILIES:
    family = sys.argv.pop(1)
if family == "kad" and sys.argv[1:2] == ["contract"]:
    sys.argv.pop(1)
    family = "kad.contract"
runpy.run_module(f"peer.{family}", run_name="__main__")
