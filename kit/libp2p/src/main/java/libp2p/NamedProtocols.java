package libp2p;

import java.util.List;
import libp2p.core.environment.Environment;
import libp2p.core.identity.Identity;
import libp2p.core.muxer.Muxer;
import libp2p.core.security.SecurityProtocol;
import libp2p.muxers.MuxerLimits;
import libp2p.muxers.mplex.Mplex;
import libp2p.muxers.yamux.Yamux;
import libp2p.security.KeyLog;
import libp2p.security.SecurityLimits;
import libp2p.security.noise.Noise;
import libp2p.security.noise.NoiseKeys;
import libp2p.security.plaintext.Plaintext;
import libp2p.security.tls.Tls;

/** The secure channels and muxers that the builder of a host knows by name. */
record NamedProtocols(Environment environment, Limits limits, KeyLog keys) {
    /** @throws IllegalArgumentException if a name is not known */
    List<SecurityProtocol> security(List<String> names, Identity key) {
        SecurityLimits bounds = limits.of(SecurityLimits.class);
        return names.stream().map(name -> security(name, key, bounds)).toList();
    }

    private SecurityProtocol security(String name, Identity key, SecurityLimits bounds) {
        return switch (name) {
            case "noise" -> new Noise(NoiseKeys.create(key, environment), bounds);
            case "tls" -> Tls.create(key, environment, bounds, keys);
            case "plaintext" -> new Plaintext(key, bounds);
            default -> throw new IllegalArgumentException("unknown secure channel: " + name);
        };
    }

    /** @throws IllegalArgumentException if a name is not known */
    List<Muxer> muxers(List<String> names) {
        MuxerLimits bounds = limits.of(MuxerLimits.class);
        return names.stream().map(name -> muxer(name, bounds)).toList();
    }

    private static Muxer muxer(String name, MuxerLimits bounds) {
        return switch (name) {
            case "yamux" -> new Yamux(bounds);
            case "mplex" -> new Mplex(Mplex.roomForBursts(bounds));
            default -> throw new IllegalArgumentException("unknown muxer: " + name);
        };
    }
}
