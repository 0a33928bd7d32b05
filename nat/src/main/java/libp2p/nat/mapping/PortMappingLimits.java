package libp2p.nat.mapping;

import java.time.Duration;

/**
 * Bounds of port mapping.
 *
 * @param lease how long a mapping holds when it is not renewed
 * @param renewal how often it is renewed, which also notices a router that has forgotten it
 * @param ask for one question to PCP and NAT-PMP when a router is looked for
 * @param search for UPnP devices to answer
 * @param call for one mapping
 * @param retry pause after no router was found; doubled up to the last
 * @param lastRetry the longest such pause
 * @param failures in a row after which the router is looked for anew
 * @param ports that are mapped
 */
public record PortMappingLimits(
        Duration lease,
        Duration renewal,
        Duration ask,
        Duration search,
        Duration call,
        Duration retry,
        Duration lastRetry,
        int failures,
        int ports) {
    /** The defaults of every bound. */
    public static final PortMappingLimits DEFAULT = new PortMappingLimits(
            Duration.ofMinutes(2),
            Duration.ofSeconds(15),
            Duration.ofMillis(1200),
            Duration.ofMillis(2500),
            Duration.ofSeconds(4),
            Duration.ofSeconds(10),
            Duration.ofMinutes(5),
            2,
            16);
}
