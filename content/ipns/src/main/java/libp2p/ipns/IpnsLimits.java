package libp2p.ipns;

import java.time.Duration;

/** Every bound of this module; they hold for records that are made as for those that come. */
public final class IpnsLimits {
    /** Bytes of a record, checked before it is read (specification, "Record Size Limit"). */
    public static final int RECORD_BYTES = 10 * 1024;

    /** Fields of a record, unknown ones included. */
    public static final int RECORD_FIELDS = 32;

    /** Names that a resolution follows, one pointing to the next. */
    public static final int HOPS = 32;

    /** Time for which a record holds unless it says otherwise: as long as the DHT keeps it. */
    public static final Duration VALIDITY = Duration.ofHours(48);

    /** Time for which a resolved name may be remembered, unless the record says otherwise. */
    public static final Duration TTL = Duration.ofMinutes(5);

    /** After so long what this host publishes is published again, before the DHT forgets it. */
    public static final Duration REPUBLISH = Duration.ofHours(4);

    /** Names that one host remembers the records of; of more, the one that was asked for longest ago is forgotten. */
    public static final int REMEMBERED = 1_024;

    /** For so long at most a resolved name is remembered, whatever its record says. */
    public static final Duration LONGEST_TTL = Duration.ofHours(24);

    /** Keys whose names one host publishes again. */
    public static final int KEYS = 1_000;

    /** For so long what a domain stands for is remembered (DNSLink); the DNS of the system tells no time. */
    public static final Duration DNSLINK_TTL = Duration.ofMinutes(1);

    /** Look-ups of domains at once; see {@link libp2p.core.resource.FairTurns} for more. */
    public static final int DNSLINK_LOOKUPS = 8;

    /**
     * Names whose topics a host follows; of more, the one that was asked for longest ago is left, but none of its own.
     */
    public static final int FOLLOWED = 256;

    /**
     * For so long the topic of a name is believed alone after the other value stores of the host have answered: peers of a
     * topic may hold back a record, or tell an old one.
     */
    public static final Duration CHECKED = Duration.ofMinutes(5);

    /** Peers of a topic that are asked for the record of its name at the same time. */
    public static final int ASKED = 4;

    /** Peers of a topic that are asked for the record of its name one after the other, where none tells it. */
    public static final int ASKED_IN_ALL = 32;

    private IpnsLimits() {}
}
