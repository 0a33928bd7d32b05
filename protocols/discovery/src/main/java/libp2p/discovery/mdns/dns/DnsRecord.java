package libp2p.discovery.mdns.dns;

import java.net.InetAddress;
import java.util.List;

/**
 * A resource record of the class Internet.
 *
 * @param name whose record it is
 * @param flush whether it replaces earlier records (RFC 6762 section 10.2)
 * @param ttl seconds for which it holds, 0 to 2³² − 1; 0 says goodbye
 */
public record DnsRecord(DnsName name, boolean flush, long ttl, Data data) {
    /** The data of a record. */
    public sealed interface Data {
        /** The number of its type. */
        int type();
    }

    /** The target of a service. */
    public record Pointer(DnsName target) implements Data {
        @Override
        public int type() {
            return DnsType.PTR;
        }
    }

    /** Strings of at most 255 bytes, as characters of ISO 8859-1. */
    public record Text(List<String> strings) implements Data {
        public Text {
            strings = List.copyOf(strings);
        }

        @Override
        public int type() {
            return DnsType.TXT;
        }
    }

    /** Host and port of a service. */
    public record Service(int priority, int weight, int port, DnsName target) implements Data {
        @Override
        public int type() {
            return DnsType.SRV;
        }
    }

    /** An IPv4 or IPv6 address. */
    public record Address(InetAddress address) implements Data {
        @Override
        public int type() {
            return address.getAddress().length == 4 ? DnsType.A : DnsType.AAAA;
        }
    }

    /** Something else, whose bytes are not kept. */
    public record Other(int type) implements Data {}

    /** The same with another time to live. */
    public DnsRecord withTtl(long seconds) {
        return new DnsRecord(name, flush, seconds, data);
    }

    /** The same without the flag that only multicast answers have. */
    public DnsRecord withoutFlush() {
        return new DnsRecord(name, false, ttl, data);
    }
}
