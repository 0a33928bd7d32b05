package libp2p.nat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import libp2p.core.host.HostAssembly;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.ProtocolFamily;
import libp2p.core.resource.ServiceLimit;
import libp2p.nat.address.Publicness;
import libp2p.nat.autonat.AutoNat;
import libp2p.nat.autorelay.AutoRelay;
import libp2p.nat.dcutr.HolePuncher;
import libp2p.nat.mapping.Method;
import libp2p.nat.mapping.PortMapper;
import libp2p.nat.relay.Relay;
import libp2p.nat.relay.RelayClient;
import libp2p.nat.relay.RelayLimits;
import libp2p.nat.relay.RelayPolicy;
import libp2p.nat.relay.RelayServer;

/**
 * All that helps a host to reach others and to be reached behind routers: {@code Libp2p.host().with(Nat.create())}. By
 * default it dials and listens through relays, finds out how it can be reached, and punches holes; it serves no peer
 * and reserves nowhere. Immutable.
 *
 * @param publicness which addresses count as public
 * @param relayLimits bounds of relaying, as a client and as a server
 * @param relayService whether to be a relay for others
 * @param autoNatService whether to dial others back
 * @param holePunching whether to replace relayed connections by direct ones
 * @param autoRelay whether to find relays by itself when others cannot dial this host
 * @param relays relays at which places are kept, however this host can be reached
 * @param portMapping how the router is asked for ports; empty for not at all
 */
public record Nat(
        Publicness publicness,
        RelayLimits relayLimits,
        boolean relayService,
        boolean autoNatService,
        boolean holePunching,
        boolean autoRelay,
        List<PeerAddress> relays,
        Set<Method> portMapping)
        implements ProtocolFamily {
    private static final long MIB = 1 << 20;

    public Nat {
        relays = List.copyOf(relays);
        portMapping = Set.copyOf(portMapping);
    }

    /** The defaults. */
    public static Nat create() {
        return new Nat(Publicness.STRICT, RelayLimits.DEFAULT, false, false, true, false, List.of(), Set.of());
    }

    /** As this, with networks that count as public too; for rigs and tests. */
    public Nat withPublicness(Publicness value) {
        return new Nat(value, relayLimits, relayService, autoNatService, holePunching, autoRelay, relays, portMapping);
    }

    /** As this, and a relay for others. */
    public Nat withRelayService(RelayLimits limits) {
        return new Nat(publicness, limits, true, autoNatService, holePunching, autoRelay, relays, portMapping);
    }

    /** As this, and dialing others back, so that they find out how they can be reached. */
    public Nat withAutoNatService() {
        return new Nat(publicness, relayLimits, relayService, true, holePunching, autoRelay, relays, portMapping);
    }

    /** As this, content with relayed connections. */
    public Nat withoutHolePunching() {
        return new Nat(publicness, relayLimits, relayService, autoNatService, false, autoRelay, relays, portMapping);
    }

    /** As this, finding relays by itself. */
    public Nat withAutoRelay() {
        return new Nat(publicness, relayLimits, relayService, autoNatService, holePunching, true, relays, portMapping);
    }

    /** As this, keeping a place at one more relay. */
    public Nat withRelay(PeerAddress relay) {
        List<PeerAddress> more = new ArrayList<>(relays);
        more.add(relay);
        return new Nat(
                publicness, relayLimits, relayService, autoNatService, holePunching, autoRelay, more, portMapping);
    }

    /** As this, asking the router for ports. */
    public Nat withPortMapping(Set<Method> methods) {
        return new Nat(publicness, relayLimits, relayService, autoNatService, holePunching, autoRelay, relays, methods);
    }

    @Override
    public void contribute(HostAssembly assembly) {
        RelayLimits relaying = assembly.limits(relayLimits);
        RelayClient client = new RelayClient(relaying.client());
        Relay.client(client).contribute(assembly);
        assembly.service(new AutoNat(
                        assembly.limits(libp2p.nat.autonat.AutoNatLimits.DEFAULT), publicness, autoNatService))
                .serviceLimits("libp2p.autonat", ServiceLimit.of(128, 4 * MIB), ServiceLimit.of(4, MIB));
        if (relayService) {
            Relay.server(new RelayServer(relaying, RelayPolicy.ALLOW_ALL, publicness), relaying)
                    .contribute(assembly);
        }
        if (holePunching) {
            assembly.service(new HolePuncher(assembly.limits(libp2p.nat.dcutr.HolePunchLimits.DEFAULT), publicness))
                    .serviceLimits("libp2p.holepunch", ServiceLimit.of(64, 4 * MIB), ServiceLimit.of(4, MIB));
        }
        if (!portMapping.isEmpty()) {
            assembly.service(new PortMapper(
                    assembly.limits(libp2p.nat.mapping.PortMappingLimits.DEFAULT), portMapping, publicness));
        }
        if (!relays.isEmpty()) {
            assembly.service(new FixedRelays(client, relays));
        }
        if (autoRelay) {
            assembly.service(
                    new AutoRelay(assembly.limits(libp2p.nat.autorelay.AutoRelayLimits.DEFAULT), client, List.of()));
        }
    }
}
