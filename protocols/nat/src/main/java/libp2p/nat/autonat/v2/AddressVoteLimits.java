package libp2p.nat.autonat.v2;

import java.time.Duration;

/**
 * Bounds of the evidence.
 *
 * @param window outcomes that count, the latest
 * @param decisive agreeing ones that decide
 * @param few agreeing ones that decide where there are fewer servers than that
 * @param lifetime how long an outcome counts
 * @param recheck after which time a decided address is looked at again
 * @param dials of one address in a dial period
 * @param dialPeriod see there
 * @param refusals in a row until a pause
 * @param pause how long the address is left alone then
 */
record AddressVoteLimits(
        int window,
        int decisive,
        int few,
        Duration lifetime,
        Duration recheck,
        int dials,
        Duration dialPeriod,
        int refusals,
        Duration pause) {
    static final AddressVoteLimits DEFAULT = new AddressVoteLimits(
            5, 3, 2, Duration.ofHours(5), Duration.ofHours(1), 10, Duration.ofMinutes(10), 5, Duration.ofMinutes(10));
}
