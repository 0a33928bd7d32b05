package libp2p.system;

/** The bounds of {@link SystemEnvironment}. */
public final class SystemLimits {
    /** Platform threads for calls that hold a carrier. */
    public static final int OFFLOAD_THREADS = 8;

    /** Calls that may wait for such a thread. */
    public static final int OFFLOAD_QUEUE = 4096;

    /**
     * Platform threads for look-ups of addresses, and as many for those of TXT records: strangers choose names whose servers
     * are silent, which hold a thread for seconds.
     */
    public static final int LOOKUP_THREADS = 32;

    /** Name look-ups that may wait for such a thread. */
    public static final int LOOKUP_QUEUE = 1024;

    /** Addresses of one name that are used. */
    public static final int RESOLVED_ADDRESSES = 64;

    /** Characters of the longest name that is looked up. */
    public static final int NAME_LENGTH = 253;

    /** TXT records of one name that are used. */
    public static final int TEXT_RECORDS = 128;

    /** Characters of the longest TXT record that is used; longer ones are passed over. */
    public static final int TEXT_RECORD_LENGTH = 4096;

    /** Threads that wait for sockets, if there are as many processors. */
    public static final int EVENT_LOOPS = 32;

    private SystemLimits() {}
}
