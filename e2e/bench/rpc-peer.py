"""The other side of the comparison: python3-libvirt over SSH, driven line by line so that rounds can be interleaved.

usage: rpc-peer.py URI;  each line `warm` or `cold` on standard input is answered with milliseconds and a count of domains
"""
import sys
import time

import libvirt

uri = sys.argv[1]
warm = libvirt.open(uri)
for line in sys.stdin:
    started = time.perf_counter()
    # getAllDomainStats returns a list of (domain, dict): the bindings decode everything before it returns.
    connection = warm if line.strip() == "warm" else libvirt.open(uri)
    stats = connection.getAllDomainStats(0, 0)
    took = (time.perf_counter() - started) * 1000
    print(f"{took:.3f} {len(stats)}", flush=True)
    if connection is not warm:
        connection.close()
