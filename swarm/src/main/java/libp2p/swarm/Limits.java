package libp2p.swarm;

import java.time.Duration;
import libp2p.swarm.negotiation.NegotiationLimits;

/**
 * Every bound of the swarm. The defaults are those of go-libp2p where it has one.
 *
 * @param negotiation bounds of multistream-select
 * @param acceptTimeout from accepting a connection until it is secured and multiplexed
 * @param streamNegotiationTimeout for agreeing on the protocol of a stream
 * @param dialTimeout for one address
 * @param localDialTimeout for one address that is loopback or private
 * @param connectTimeout for one peer, over all its addresses, when the caller sets none
 * @param openTimeout for opening a stream, when the caller sets none
 * @param dials concurrent dials of addresses
 * @param dialsPerPeer concurrent dials of addresses of one peer
 * @param peersBeingDialed concurrent dials of peers
 * @param addressesPerDial addresses of one peer that are tried
 * @param pendingInbound inbound connections between accept and ready
 * @param connectionsPerPeer open connections to one peer, both directions
 * @param resolvedNames names looked up for one address, over all levels of {@code /dnsaddr}
 * @param resolveDepth levels of {@code /dnsaddr}
 * @param resolvedAddresses addresses that one address may become
 * @param protocolLength characters of a protocol id that is served
 * @param handlers protocols that are served
 * @param backoffEntries addresses that are remembered as failed, peers with circuit breakers, and peers with weights
 * @param interfacePoll the time between two looks at the interfaces of the machine; zero: never
 * @param closeTimeout how long closing waits for connections to finish
 */
public record Limits(
        NegotiationLimits negotiation,
        Duration acceptTimeout,
        Duration streamNegotiationTimeout,
        Duration dialTimeout,
        Duration localDialTimeout,
        Duration connectTimeout,
        Duration openTimeout,
        int dials,
        int dialsPerPeer,
        int peersBeingDialed,
        int addressesPerDial,
        int pendingInbound,
        int connectionsPerPeer,
        int resolvedNames,
        int resolveDepth,
        int resolvedAddresses,
        int protocolLength,
        int handlers,
        int backoffEntries,
        Duration interfacePoll,
        Duration closeTimeout) {
    public static final Limits DEFAULT = new Limits(
            NegotiationLimits.DEFAULT,
            Duration.ofSeconds(15),
            Duration.ofSeconds(10),
            Duration.ofSeconds(15),
            Duration.ofSeconds(5),
            Duration.ofSeconds(60),
            Duration.ofSeconds(15),
            160,
            8,
            1000,
            100,
            128,
            64,
            32,
            4,
            100,
            512,
            10_000,
            10_000,
            Duration.ofSeconds(5),
            Duration.ofSeconds(5));

    /** The same with another time for an address that is loopback or private. */
    public Limits withLocalDialTimeout(Duration timeout) {
        return new Limits(
                negotiation,
                acceptTimeout,
                streamNegotiationTimeout,
                dialTimeout,
                timeout,
                connectTimeout,
                openTimeout,
                dials,
                dialsPerPeer,
                peersBeingDialed,
                addressesPerDial,
                pendingInbound,
                connectionsPerPeer,
                resolvedNames,
                resolveDepth,
                resolvedAddresses,
                protocolLength,
                handlers,
                backoffEntries,
                interfacePoll,
                closeTimeout);
    }

    /** The same with another time between two looks at the interfaces; zero: never. */
    public Limits withInterfacePoll(Duration pause) {
        return new Limits(
                negotiation,
                acceptTimeout,
                streamNegotiationTimeout,
                dialTimeout,
                localDialTimeout,
                connectTimeout,
                openTimeout,
                dials,
                dialsPerPeer,
                peersBeingDialed,
                addressesPerDial,
                pendingInbound,
                connectionsPerPeer,
                resolvedNames,
                resolveDepth,
                resolvedAddresses,
                protocolLength,
                handlers,
                backoffEntries,
                pause,
                closeTimeout);
    }
}
