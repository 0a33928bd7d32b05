package libp2p.discovery.mdns;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;

/** Bounds of the things that a host says and remembers of its local networks. */
@LimitGroup("mdns")
public record MdnsLimits(
        @Bound(
                value = "16",
                least = "1",
                most = "256",
                unit = "sockets",
                is =
                        "for multicast DNS, one for each network interface and version of IP; further interfaces are left out")
        int sockets,

        @Bound(
                value = "1024",
                least = "1",
                most = "100000",
                unit = "instance names",
                is =
                        "of other hosts that are remembered; a new one displaces one of the sender with the most, or is ignored")
        int instances,

        @Bound(
                value = "64",
                least = "1",
                most = "100000",
                unit = "instance names",
                is = "that one IP address may announce, at most mdns.instances; more are ignored")
        int instancesPerSource,

        @Bound(
                value = "32",
                least = "1",
                most = "100",
                unit = "addresses",
                is = "of this host that are announced, and of one other that are remembered; more are left out")
        int addresses,

        @Bound(
                value = "1400",
                least = "512",
                most = "9000",
                unit = "bytes",
                is = "in one mDNS message that is sent, which should fit into one frame of the network")
        int messageBytes,

        @Bound(
                value = "200",
                least = "1",
                most = "100000",
                unit = "packets",
                is = "that one socket reads in a second; more are dropped")
        int packets,

        @Bound(
                value = "20",
                least = "1",
                most = "1000",
                unit = "answers",
                is = "sent by unicast: in a second from one socket, and in ten seconds to one asker; more are left out")
        int unicasts,

        @Bound(
                value = "2m",
                least = "10s",
                most = "75m",
                is = "for which others may rely on the records that this host announces")
        Duration ttl,

        @Bound(
                value = "75m",
                least = "10s",
                most = "7d",
                is = "for which a record of another host is relied on, however long it says; at least mdns.ttl")
        Duration longestTtl,

        @Bound(
                value = "1m",
                least = "5s",
                most = "7d",
                is = "between two queries to the network, after the first ones, which follow each other faster")
        Duration period,

        @Bound(
                value = "10s",
                least = "1s",
                most = "1d",
                is = "between two looks at the network interfaces and the addresses of this host")
        Duration check,

        @Bound(
                value = "8",
                least = "1",
                most = "1000",
                unit = "dials",
                is = "at a time to peers that were found on the local network; further ones wait")
        int dials) {
    /** The defaults of every bound. */
    public static final MdnsLimits DEFAULT = Bounds.defaults(MdnsLimits.class);

    public MdnsLimits {
        Bounds.check(
                MdnsLimits.class,
                sockets,
                instances,
                instancesPerSource,
                addresses,
                messageBytes,
                packets,
                unicasts,
                ttl,
                longestTtl,
                period,
                check,
                dials);
        if (instancesPerSource > instances) {
            throw new IllegalArgumentException("mdns.instances-per-source is " + instancesPerSource
                    + ", more than mdns.instances, which is " + instances);
        }
        if (longestTtl.compareTo(ttl) < 0) {
            throw new IllegalArgumentException(
                    "mdns.longest-ttl is " + longestTtl + ", less than mdns.ttl, which is " + ttl);
        }
    }
}
