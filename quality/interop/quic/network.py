"""A network between a client and a server on the loopback, as bad as asked for, by the choices of a seeded generator."""

from collections import Counter
import heapq
import selectors
import socket
import threading
import time

BUFFER = 4 << 20


class Network:
    """A proxy on a UDP port. Sizes are in bytes, times in seconds, shares from 0 to 1.

    delay is one way, jitter is more of it at most; blackhole is (datagrams after which it begins, how long); first_only lets only
    the client's first datagram through for so long; rebind moves the client's port or address once, when 100 datagrams have come.
    """

    def __init__(self, server, generator, delay=0.0, jitter=0.0, loss=0.0, corruption=0.0, duplicates=0.0, mtu=65535,
                 blackhole=None, first_only=0.0, rebind=None):
        self.server, self.random = ("127.0.0.1", server), generator
        self.delay, self.jitter, self.loss, self.corruption = delay, jitter, loss, corruption
        self.duplicates, self.mtu, self.blackhole, self.first_only, self.rebind = duplicates, mtu, blackhole, first_only, rebind
        self.seen = Counter()
        self.moves = self.let_through = self.sent_back = self.largest_back = self.datagrams = 0
        self.began = None
        self.hole_until = 0.0
        self.waiting, self.order = [], 0
        self.upstreams, self.clients = {}, {}
        self.selector = selectors.DefaultSelector()
        self.front = self.socket("127.0.0.1")
        self.port = self.front.getsockname()[1]
        self.closed = False
        self.thread = threading.Thread(target=self.loop, daemon=True)
        self.thread.start()

    def socket(self, host):
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
        made.setblocking(False)
        made.bind((host, 0))
        self.selector.register(made, selectors.EVENT_READ)
        return made

    def upstream(self, client):
        if client not in self.upstreams:
            self.upstreams[client] = self.socket("127.0.0.1")
            self.clients[self.upstreams[client]] = client
        return self.upstreams[client]

    def move(self, client):
        """The client's datagrams come from elsewhere; what is on its way to the old place is lost."""
        old = self.upstreams.pop(client)
        self.selector.unregister(old)
        del self.clients[old]
        old.close()
        made = self.socket("127.0.0.2" if self.rebind == "address" else "127.0.0.1")
        self.upstreams[client] = made
        self.clients[made] = client
        self.moves += 1

    def loop(self):
        while not self.closed:
            wait = 0.2 if not self.waiting else max(0.0, min(0.2, self.waiting[0][0] - time.monotonic()))
            for key, _ in self.selector.select(wait):
                for _ in range(64):
                    try:
                        datagram, sender = key.fileobj.recvfrom(65535)
                    except (BlockingIOError, OSError, ValueError):
                        break
                    self.take(key.fileobj, datagram, sender)
            now = time.monotonic()
            while self.waiting and self.waiting[0][0] <= now:
                _, _, datagram, client, up = heapq.heappop(self.waiting)
                self.deliver(datagram, client, up)

    def take(self, arrived, datagram, sender):
        now = time.monotonic()
        self.began = self.began or now
        up = arrived is self.front
        client = sender if up else self.clients.get(arrived)
        if client is None:
            return
        self.look(datagram)
        self.datagrams += 1
        if self.first_only and now - self.began < self.first_only:
            if up and self.let_through:
                return
            if up:
                self.let_through += len(datagram)
            else:
                self.sent_back += len(datagram)
                self.largest_back = max(self.largest_back, len(datagram))
                return
        if self.blackhole and self.datagrams == self.blackhole[0]:
            self.hole_until = now + self.blackhole[1]
        if now < self.hole_until or len(datagram) > self.mtu or self.random.random() < self.loss:
            return
        if self.rebind and self.datagrams > 100 and not self.moves and up and client in self.upstreams:
            self.move(client)
        if self.random.random() < self.corruption:
            changed = bytearray(datagram)
            changed[self.random.randrange(len(changed))] ^= self.random.randrange(1, 256)
            datagram = bytes(changed)
        for _ in range(2 if self.random.random() < self.duplicates else 1):
            if self.delay or self.jitter:
                self.order += 1
                at = now + self.delay + self.random.random() * self.jitter
                heapq.heappush(self.waiting, (at, self.order, datagram, client, up))
            else:
                self.deliver(datagram, client, up)

    def deliver(self, datagram, client, up):
        try:
            if up:
                self.upstream(client).sendto(datagram, self.server)
            else:
                self.front.sendto(datagram, client)
        except OSError:
            pass  # a full buffer, or no host there: both are what networks have

    def look(self, datagram):
        if datagram[0] & 0x80:
            if datagram[1:5] == bytes(4):
                self.seen["version negotiation"] += 1
            else:
                self.seen[("initial", "0-RTT", "handshake", "retry")[(datagram[0] >> 4) & 3]] += 1
        else:
            self.seen["1-RTT"] += 1

    def close(self):
        self.closed = True
        self.thread.join(5)
        for made in [self.front, *self.upstreams.values()]:
            made.close()
        self.selector.close()
